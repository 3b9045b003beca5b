"""The notebook among the examples runs from top to bottom, and is stored without results of some earlier run."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.support.shell_blocks import ROOT

PATH = ROOT / "exactmem" / "examples" / "tour.ipynb"


def executed(book, folder):
    """The notebook after all its cells have run in a folder."""
    return NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()


def test_the_notebook_runs(tmp_path):
    book = nbformat.read(PATH, as_version=4)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    results = [str(cell.outputs) for cell in executed(book, tmp_path).cells if cell.cell_type == "code"]
    assert sum("text/html" in result for result in results) >= 4
    assert "0.1 of type float is not an exact number" in "".join(results)
    assert "VERIFIED" in results[-2]
    assert (tmp_path / "notebook.json").exists()


def test_a_cell_that_fails_is_noticed(tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("assert 1 == 2")])
    with pytest.raises(CellExecutionError):
        executed(book, tmp_path)
