"""Theorem 3.3 and Lemma D.1 (Appendix D)."""
