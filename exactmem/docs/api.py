"""The page about the Python functions, from their signatures and docstrings."""

import inspect
from typing import Any

import exactmem


def api_page() -> str:
    """The page in Markdown: everything that `import exactmem` offers."""
    names = [name for name in exactmem.__all__ if not name.startswith("__")]
    return "\n".join(["# Python", "", inspect.getdoc(exactmem) or "", "", *(_entry(name) for name in names)])


def _entry(name: str) -> str:
    thing: Any = getattr(exactmem, name)
    call = f"{name}{_signature(thing)}" if callable(thing) else name
    return f"## `{name}`\n\n```text\n{call}\n```\n\n{inspect.getdoc(thing) or ''}\n"


def _signature(thing: Any) -> str:
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):
        return ""
