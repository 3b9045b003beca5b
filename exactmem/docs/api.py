"""The page about the Python functions, from their signatures and docstrings."""

__all__ = ["api_page"]

import inspect
from typing import Any

import exactmem
from exactmem.docs.theorem_pages import plain
from exactmem.errors import ExactmemError


def api_page() -> str:
    """The page in Markdown: everything that `import exactmem` offers, functions first."""
    everything = {name: getattr(exactmem, name) for name in exactmem.__all__ if not name.startswith("__")}
    functions = {name: thing for name, thing in everything.items() if inspect.isfunction(thing)}
    errors = {n: t for n, t in everything.items() if inspect.isclass(t) and issubclass(t, ExactmemError)}
    classes = {n: t for n, t in everything.items() if inspect.isclass(t) and n not in errors}
    others = [name for name in everything if name not in {**functions, **errors, **classes}]
    return "\n".join(
        [
            "# Every function",
            "",
            plain(inspect.getdoc(exactmem) or ""),
            "",
            *(_entry(name, thing) for name, thing in {**functions, **classes}.items()),
            "## Activations",
            "",
            "".join(f"`{name}`, " for name in others) + "and those that `relu_like` makes.",
            "",
            "## Errors",
            "",
            "All of them are `ExactmemError`; the exit code is that of the command line.",
            "",
            "| error | meaning | exit code |",
            "|---|---|---:|",
            *(f"| `{n}` | {plain(_first_line(t))} | {t.exit_code} |" for n, t in errors.items()),
            "",
        ]
    )


def _entry(name: str, thing: Any) -> str:
    return f"## `{name}`\n\n```text\n{name}{_signature(thing)}\n```\n\n{plain(inspect.getdoc(thing) or '')}\n"


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _signature(thing: Any) -> str:
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):
        return ""
