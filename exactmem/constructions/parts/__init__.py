"""What several constructions share."""

__all__: list[str] = []
