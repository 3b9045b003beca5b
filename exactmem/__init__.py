"""exactmem: exact-arithmetic symbolic verifier for neural-network memorization."""

__version__ = "0.1.0"
