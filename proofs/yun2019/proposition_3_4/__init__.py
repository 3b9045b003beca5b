"""Proposition 3.4 and Corollaries A.1 to A.3 (Appendices A and E)."""
