"""exactmem: exact-arithmetic symbolic verifier for neural-network memorization."""

from exactmem.version import __version__

__all__ = ["__version__"]
