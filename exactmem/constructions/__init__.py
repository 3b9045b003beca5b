"""One file per theorem; `theorems` is the table of them all, read from this folder.

A theorem registers itself by being here: its file defines THEOREM. Printed theorems come first, then the surveyed and
exactmem's own, those with smaller networks before those with shorter weights; else they are ordered by id.
"""

__all__ = ["SOURCES", "find_theorem", "theorems"]

import importlib
import pkgutil
from functools import cache

from exactmem.constructions.theorem import Theorem
from exactmem.errors import UsageError, did_you_mean, quoted

SOURCES = ("Yun-Sra-Jadbabaie", "", "exactmem, improving", "exactmem")
"""What the sources begin with, in the order of the table; "" stands for every other one."""


@cache
def theorems() -> dict[str, Theorem]:
    """The theorem of every module of this folder that defines one, by id."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [module.THEOREM for module in modules if hasattr(module, "THEOREM")]

    def place(theorem: Theorem) -> tuple[int, str]:
        ranks = [rank for rank, start in enumerate(SOURCES) if start and theorem.source.startswith(start)]
        return (ranks[0] if ranks else SOURCES.index(""), theorem.id)

    return {theorem.id: theorem for theorem in sorted(found, key=place)}


def find_theorem(name: str) -> Theorem:
    """The theorem of that id, in capitals or not; UsageError with the ids that are like it, or all of them."""
    by_id = {theorem.id.casefold(): theorem for theorem in theorems().values()}
    wanted = name.strip().casefold()
    if wanted not in by_id:
        hint = did_you_mean(name, theorems()) or f": use one of {', '.join(theorems())}"
        raise UsageError(f"unknown theorem {quoted(name)}{hint} (see `exactmem theorems`)")
    return by_id[wanted]
