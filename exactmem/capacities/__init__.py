"""Exact answers to "can d hidden units memorize these samples on a line?"."""

__all__: list[str] = []
