"""Figures as SVG or PNG, drawn with matplotlib (the extra `plot`), which is imported only when needed."""

__all__: list[str] = []
