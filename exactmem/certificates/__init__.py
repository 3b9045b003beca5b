"""Certificates: the writer, the reader, and the independent checker."""

__all__: list[str] = []
