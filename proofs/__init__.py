"""The ledger's scripts; the package ships them as `exactmem.proofs`. See README.md beside this file."""
