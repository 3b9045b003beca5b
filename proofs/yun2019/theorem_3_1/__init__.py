"""Theorem 3.1, its Appendix B, and the remarks on sizes."""
