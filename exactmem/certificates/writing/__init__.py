"""One writer per kind of certificate."""

__all__: list[str] = []
