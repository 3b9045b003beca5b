"""Theorems and facts that are exactmem's own."""
