"""Finding the rows: every script of `proofs/`, the scripts beside the installed package, and scripts of one's own.

This is the one place that looks upwards: it imports the proofs, which import everything.
"""

__all__ = ["chosen", "claim_called", "ledger", "own_script"]

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from exactmem.errors import LedgerError, UsageError, did_you_mean, quoted
from exactmem.ledger.claims import PACKAGE, Row, registered, script_of


def ledger() -> list[Row]:
    """Every row of every script in `proofs/`, ordered by script and then as written.

    The scripts are those beside this very package, whatever other package is called `proofs`. LedgerError where one
    cannot be imported, or where no row is found.
    """
    folder = Path(__file__).parents[1] / "proofs"
    if not folder.is_dir():
        raise LedgerError(f"{folder}: the scripts of {PACKAGE} are missing: install exactmem anew")
    names = list(_scripts([str(folder)], PACKAGE + "."))
    for name in names:
        _import(name)
    shipped = {name.removeprefix(PACKAGE + ".").replace(".", "/") for name in names}
    rows = sorted((row for row in registered() if row.script in shipped), key=lambda row: row.script)
    if not rows:
        raise LedgerError(f"no claim is registered by the scripts of {PACKAGE}: install exactmem anew")
    return rows


def _scripts(folders: Iterable[str], prefix: str) -> Iterable[str]:
    """The modules below the folders, but for those whose name begins with an underscore."""
    for info in pkgutil.iter_modules(folders, prefix):
        if info.name.rpartition(".")[2].startswith("_"):
            continue
        if info.ispkg:
            yield from _scripts(_import(info.name).__path__, info.name + ".")
        else:
            yield info.name


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise LedgerError(f"{name}: cannot be imported: {type(error).__name__}: {error}") from error


def own_script(path: Path) -> list[Row]:
    """The rows of somebody's own script; LedgerError when it cannot be imported or registers none."""
    script = script_of(path)
    name = f"_own_script_{abs(hash(script))}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise LedgerError(f"{path}: is no Python file")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise LedgerError(f"{path}: cannot be imported: {type(error).__name__}: {error}") from error
    rows = [row for row in registered() if row.script == script]
    if not rows:
        raise LedgerError(f"{path}: registers no claim; decorate a proof function with @claim")
    return rows


def chosen(names: Iterable[str]) -> list[Row]:
    """The rows that the names stand for, all of them for no names.

    A name is the id of a row, of a theorem, a script or a folder of `proofs/` (with or without what stands before
    it), all in capitals or not, or the path of a script of one's own. UsageError for an unknown name.
    """
    rows = ledger()
    names = list(names)
    if not names:
        return rows
    found: dict[str, Row] = {}
    for name in names:
        matches = _matching(rows, name)
        if not matches:
            known = {part for row in rows for part in (row.id, row.theorem, *row.script.split("/")) if part}
            raise UsageError(
                f"no claim, theorem, proof script or folder is called {quoted(name)}{did_you_mean(name, known)} "
                "(see `exactmem prove --list`)"
            )
        found |= {row.id: row for row in matches}
    own = [row for row in found.values() if row not in rows]
    return [row for row in rows if row.id in found] + own


def claim_called(id: str) -> Row:
    """The registered row of that id, in capitals or not; UsageError with the ids that are like it."""
    found = {row.id.casefold(): row for row in registered()}
    if id.casefold() not in found:
        hint = did_you_mean(id, [row.id for row in found.values()])
        raise UsageError(f"no claim is called {quoted(id)}{hint} (see `exactmem prove --list`)")
    return found[id.casefold()]


def _matching(rows: list[Row], name: str) -> list[Row]:
    wanted = name.casefold()
    by_id = [row for row in rows if name and wanted in (row.id.casefold(), row.theorem.casefold())]
    if by_id:
        return by_id
    path = Path(name)
    script = (script_of(path) if path.is_file() else wanted.removesuffix(".py")).strip("/")
    within = f"/{script.removeprefix('proofs/')}/"
    by_script = [row for row in rows if script and within in f"/{row.script}/"]
    return by_script or (own_script(path) if path.is_file() else [])
