"""What suffices and what is impossible: the calculator over all theorems."""
