"""Theorem 4.1 and Corollary 4.2 (Appendix F)."""
