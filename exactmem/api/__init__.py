"""What `import exactmem as em` offers, a file per subject; `exactmem/__init__.py` names it all and loads it lazily."""

__all__: list[str] = []
