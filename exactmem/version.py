"""The version of exactmem."""

__version__ = "0.1.0"
