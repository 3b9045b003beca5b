"""One self-contained web page about a certificate, section by section."""

__all__: list[str] = []
