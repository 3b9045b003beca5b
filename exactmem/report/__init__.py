"""One self-contained web page about a certificate, section by section."""
