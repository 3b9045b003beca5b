"""What suffices and what is impossible: the calculator over all theorems."""

__all__: list[str] = []
