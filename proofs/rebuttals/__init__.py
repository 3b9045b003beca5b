"""The author responses: what their sentences say exactly, and where they are wrong as worded."""
