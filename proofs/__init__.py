"""Runnable proof scripts, one per lemma or theorem; `python -m proofs` runs them all."""
