"""Theorem 5.1 (Appendices G to I)."""
