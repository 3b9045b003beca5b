"""The survey's theorems, and what is wrong with them as printed."""
