"""No module imports from a floor above its own, nor in a circle of rooms: every import against the README's table."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROOFS = 99
"""The floor of the ledger's scripts, above all others."""
MODULES = sorted(
    path for path in (ROOT / "exactmem").rglob("*.py") if "proofs" not in path.relative_to(ROOT / "exactmem").parts
)


def floors(readme):
    """The floor of every room in the table: a module of exactmem, or a folder with all that is in it."""
    table = readme[readme.index("| floor | rooms |") :].split("\n\n")[0]
    rows = re.findall(r"^\| (\d) \| (.*?) \|", table, re.MULTILINE)
    return {room.rstrip("/"): int(floor) for floor, cell in rows for room in re.findall(r"`([\w/]+)`", cell)}


FLOORS = floors(README)


def room_of(module):
    """The room of a dotted module: the part of its name below exactmem that the table lists."""
    return [*module.split("."), "__init__"][1]


def floor_of(module):
    room = room_of(module)
    assert room == "proofs" or room in FLOORS, f"{module} has no floor in the README's table"
    return PROOFS if room == "proofs" else FLOORS[room]


def imports(source):
    """The modules of exactmem that a source imports, wherever in it; names imported from exactmem itself are rooms."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "exactmem":
            names = [f"exactmem.{a.name}" if is_room(a.name) else "exactmem" for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        yield from (name for name in names if name.split(".")[0] == "exactmem")


def is_room(name):
    return (ROOT / "exactmem" / name).is_dir() or (ROOT / "exactmem" / f"{name}.py").exists()


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def upwards(module, source):
    """The imports of a module that go up."""
    return [name for name in imports(source) if floor_of(name) > floor_of(module)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_import_goes_up(path):
    assert upwards(module_of(path), path.read_text(encoding="utf-8")) == []


def circle(graph):
    """The rooms of a circle in the graph {room: rooms that it imports}, None if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_rooms_import_one_another_in_no_circle():
    graph = {}
    for path in MODULES:
        own = room_of(module_of(path))
        rooms = {room_of(name) for name in imports(path.read_text(encoding="utf-8"))}
        graph.setdefault(own, set()).update(rooms - {own, "proofs"})
    assert circle(graph) is None


def test_a_circle_is_noticed():
    assert set(circle({"files": {"html"}, "html": {"border"}, "border": {"files"}})) == {"files", "html", "border"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("exactmem.rationals", "from exactmem.networks import FNN"),
        ("exactmem.sizes.product", "def late():\n    from exactmem.size_bounds import calculator"),
        ("exactmem.constructions.product", "import exactmem.certificates.checker"),
        ("exactmem.evaluate", "from exactmem import cli"),
        ("exactmem.sgd.loss", "from exactmem.proofs.yun2019 import activations"),
    ],
)
def test_a_forbidden_import_is_noticed(module, source):
    assert upwards(module, source)


def test_every_room_of_the_table_exists():
    assert {room for room in FLOORS if room != "__init__" and not is_room(room)} == set()


def test_no_docstring_keeps_a_floor_by_hand():
    assert [path for path in MODULES if re.search(r"\bFloor \d", path.read_text(encoding="utf-8"))] == []
