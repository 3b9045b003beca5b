"""Size conditions and counts: pure functions of sizes, on integers or symbols; nothing here builds a network."""

__all__: list[str] = []
