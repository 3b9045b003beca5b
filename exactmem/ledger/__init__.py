"""The ledger: claims with their verdicts, and the steps that proofs are made of."""
