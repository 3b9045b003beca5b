"""Reading datasets: CSV, JSON and numpy files, and one clear error for each way they can be wrong."""

import csv
import json

import numpy as np
import pytest
from flint import fmpq

from exactmem import table_files
from exactmem.commands.common import data_path
from exactmem.errors import (
    DatasetError,
    DuplicateInputError,
    ExactmemError,
    InexactNumberError,
    LimitError,
    NumberFormatError,
    UsageError,
)
from exactmem.readers import read_dataset


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def test_csv_numbers_are_exact(write):
    data = read_dataset(write("d.csv", "a,b,y\n0.1,1/3,1\n-2e-3,5,0\n"))
    assert data.inputs == ((fmpq(1, 10), fmpq(1, 3)), (fmpq(-1, 500), 5))
    assert data.labels == ((1,), (0,))
    assert data.rows == ("line 2", "line 3")


def test_columns_are_chosen_by_name(write):
    path = write("d.csv", "a,b,c,y\n1,2,3,4\n5,6,7,8\n")
    data = read_dataset(path, labels=["b", "y"], inputs=["c"])
    assert data.inputs == ((3,), (7,))
    assert data.labels == ((2, 4), (6, 8))
    assert read_dataset(path, labels=["a"]).inputs == ((2, 3, 4), (6, 7, 8))


def test_byte_order_mark_blank_lines_quotes_and_line_ends(write):
    data = read_dataset(write("d.csv", '\ufeff"a", y\r\n\r\n"1",2\r\n 3 ,4\r\n'))
    assert data.inputs == ((1,), (3,))
    assert data.rows == ("line 3", "line 4")


def test_iris_merges_its_duplicate_and_classifies():
    data = read_dataset(data_path("iris"), classify=True)
    assert (data.N, data.d_x, data.d_y) == (149, 4, 3)
    assert data.merged == (("line 103", "line 144"),)
    assert data.classes == ("setosa", "versicolor", "virginica")
    assert read_dataset(data_path("iris_numeric")).d_y == 1


def test_iris_without_petal_width_is_refused_naming_both_lines():
    with pytest.raises(DuplicateInputError, match="line 2 and line 19"):
        read_dataset(data_path("iris"), inputs=["sepal_length", "sepal_width", "petal_length"], labels=["petal_width"])


def test_indicator_labels():
    data = read_dataset(data_path("iris"), labels=["species=virginica"])
    assert data.d_x == 4
    assert sum(y[0] for y in data.labels) == 49
    with pytest.raises(UsageError, match="never has the value"):
        read_dataset(data_path("iris"), labels=["species=rose"])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,y\n", "no row"),
        ("a,y\n1\n", "line 2 has 1 cells, the header has 2"),
        ("a,y\n1,2,3\n", "line 2 has 3 cells"),
        ("a,a\n1,2\n", "two columns"),
        ("1,2\n3,4\n", "first line must name the columns"),
        ("y\n1\n", "no input column"),
        (b"a,y\n\xff\xfe,1\n", "UTF-8"),
        ('a,y\n"1,2\n', "line"),
    ],
)
def test_malformed_csv(write, content, text):
    with pytest.raises(DatasetError, match=text):
        read_dataset(write("d.csv", content))


def test_cells_may_be_as_long_as_numbers(write):
    dataset = read_dataset(write("d.csv", f"a,y\n{'7' * 200_000},1\n"))
    assert dataset.inputs[0][0] == fmpq(7 * (10**200_000 - 1) // 9)


@pytest.mark.parametrize("cell", ["", "abc", "nan", "inf", "1/0", "1,5"])
def test_a_bad_cell_is_named(write, cell):
    with pytest.raises(ExactmemError, match="line 3, column 'b'"):
        read_dataset(write("d.csv", f'a,b,y\n1,2,3\n4,"{cell}",6\n'))


def test_class_names_without_classify_get_a_hint():
    with pytest.raises(NumberFormatError, match=r"column 'species'.*--classify"):
        read_dataset(data_path("iris"))


def test_unknown_columns_and_formats(write):
    path = write("d.csv", "a,y\n1,2\n")
    with pytest.raises(UsageError, match="no column 'z'; the columns are a, y"):
        read_dataset(path, labels=["z"])
    with pytest.raises(UsageError, match="twice"):
        read_dataset(path, labels=["y", "y"])
    with pytest.raises(UsageError, match="both an input and a label"):
        read_dataset(path, inputs=["y"])
    with pytest.raises(UsageError, match="unknown data format"):
        read_dataset(write("d.txt", "a,y\n1,2\n"))
    with pytest.raises(UsageError, match="no such file, nor a shipped data set"):
        read_dataset(path.parent / "irises")
    with pytest.raises(UsageError, match="one label column"):
        read_dataset(write("e.csv", "a,b,y\n1,2,3\n"), labels=["b", "y"], classify=True)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_dataset(path.parent / "missing.csv")


def test_json_takes_integers_and_text(write):
    data = read_dataset(write("d.json", '{"inputs": [["1/3", 2], [3, "0.5"]], "labels": [[1], ["-1"]]}'))
    assert data.inputs == ((fmpq(1, 3), 2), (3, fmpq(1, 2)))
    big = "9" * 6000
    assert read_dataset(write("e.json", f'{{"inputs": [[{big}]], "labels": [1]}}')).d_x == 1
    assert read_dataset(write("f.json", '\ufeff{"inputs": [[1]], "labels": [1]}')).N == 1


def test_json_floats_are_refused_unless_asked_for(write):
    path = write("d.json", '{"inputs": [[0.1]], "labels": [1]}')
    with pytest.raises(InexactNumberError, match="sample 0, column 'x0'"):
        read_dataset(path)
    assert read_dataset(path, floats="exact").inputs == ((fmpq(3602879701896397, 36028797018963968),),)
    with pytest.raises(InexactNumberError):
        read_dataset(write("n.json", '{"inputs": [[NaN]], "labels": [1]}'), floats="exact")


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"inputs": [[1]]},
        {"inputs": [[1]], "labels": [1], "more": 1},
        {"inputs": [], "labels": []},
        {"inputs": [[1]], "labels": [1, 2]},
        {"inputs": [1], "labels": [1]},
        {"inputs": [None], "labels": [1]},
        {"inputs": [0.5], "labels": [1]},
        {"inputs": [[]], "labels": [1]},
        {"inputs": [[1], [1, 2]], "labels": [1, 2]},
        {"inputs": [[True]], "labels": [1]},
        {"inputs": [[None]], "labels": [1]},
        {"inputs": [[[1]]], "labels": [1]},
        {"inputs": 3, "labels": 4},
    ],
)
def test_malformed_json_tables(write, data):
    with pytest.raises(DatasetError):
        read_dataset(write("d.json", json.dumps(data)))


def test_text_that_is_no_json(write):
    for content in ("{", b"\xff"):
        with pytest.raises(DatasetError, match="not valid JSON"):
            read_dataset(write("d.json", content))
    with pytest.raises(LimitError, match="more than 16 levels of brackets"):
        read_dataset(write("d.json", "[" * 100_000))


def test_json_names_given_twice_are_refused(write):
    with pytest.raises(DatasetError, match="'inputs' is given twice"):
        read_dataset(write("d.json", '{"inputs": [[1]], "inputs": [[2]], "labels": [[1]]}'))


def test_numpy_files(tmp_path):
    np.save(tmp_path / "d.npy", np.array([[1, 2, 3], [4, 5, 6]]))
    data = read_dataset(tmp_path / "d.npy")
    assert data.inputs == ((1, 2), (4, 5))
    assert read_dataset(tmp_path / "d.npy", labels=["0"]).labels == ((1,), (4,))
    np.savez(tmp_path / "d.npz", inputs=np.array([[1], [2]], dtype=np.uint8), labels=np.array([1, 0]))
    assert read_dataset(tmp_path / "d.npz", classify=True).labels == ((0, 1), (1, 0))


def test_numpy_booleans_are_zeros_and_ones(tmp_path):
    np.save(tmp_path / "b.npy", np.array([[True, False], [False, True]]))
    data = read_dataset(tmp_path / "b.npy")
    assert (data.inputs, data.labels) == (((1,), (0,)), ((0,), (1,)))
    assert read_dataset(tmp_path / "b.npy", classify=True).labels == ((1, 0), (0, 1))


def test_numpy_floats_are_refused_unless_asked_for(tmp_path):
    np.save(tmp_path / "f.npy", np.array([[0.5, 1.0]]))
    with pytest.raises(InexactNumberError, match="--floats exact"):
        read_dataset(tmp_path / "f.npy")
    assert read_dataset(tmp_path / "f.npy", floats="exact").inputs == ((fmpq(1, 2),),)
    np.save(tmp_path / "n.npy", np.array([[np.nan, 1.0]]))
    with pytest.raises(InexactNumberError):
        read_dataset(tmp_path / "n.npy", floats="exact")


def test_malformed_numpy_files(tmp_path, write):
    np.save(tmp_path / "o.npy", np.array([[object()]]), allow_pickle=True)
    np.save(tmp_path / "c.npy", np.array([[1j, 2]]))
    np.save(tmp_path / "v.npy", np.array([1, 2]))
    np.save(tmp_path / "e.npy", np.zeros((0, 2), dtype=int))
    np.save(tmp_path / "w.npy", np.zeros((2, 1), dtype=int))
    np.savez(tmp_path / "k.npz", x=np.array([1]))
    (tmp_path / "z.npz").write_bytes(b"PK\x03\x04 not a zip")
    (tmp_path / "t.npy").write_bytes(b"\x93NUMPY")
    for name in ("o.npy", "c.npy", "v.npy", "e.npy", "w.npy", "k.npz", "z.npz", "t.npy"):
        with pytest.raises(DatasetError):
            read_dataset(tmp_path / name)


def test_headers_of_arrays_are_compared_before_anything_is_expanded(tmp_path, monkeypatch):
    """Ten thousand zeros take a few bytes in an .npz file."""
    path = tmp_path / "d.npz"
    np.savez_compressed(path, inputs=np.zeros((10_000, 3), dtype=np.int64), labels=np.zeros(4, dtype=np.int64))
    monkeypatch.setattr(np, "load", None)
    with pytest.raises(DatasetError, match="10000 inputs but 4 labels"):
        read_dataset(path)
    np.savez_compressed(path, inputs=np.zeros((5, 3), dtype=object), labels=np.zeros(5, dtype=np.int64))
    with pytest.raises(DatasetError, match="has type object"):
        read_dataset(path)
    np.savez_compressed(path, inputs=np.zeros((500, 3), dtype=np.int64), labels=np.zeros(500, dtype=np.int64))
    monkeypatch.setattr(table_files, "MAX_CELLS", 1499)
    with pytest.raises(LimitError, match="more than 1499 cells in the array 'inputs'"):
        read_dataset(path)
    monkeypatch.setattr(table_files, "MAX_CELLS", 1500)
    monkeypatch.setattr(table_files, "MAX_BYTES", 11_999)
    with pytest.raises(LimitError, match="more than 11999 bytes in the array 'inputs'"):
        read_dataset(path)


def test_a_header_alone_asks_for_no_memory(tmp_path):
    path = tmp_path / "d.npy"
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, {"descr": "<i8", "fortran_order": False, "shape": (10**9, 10**9)})
    with pytest.raises(LimitError, match="cells in the array"):
        read_dataset(path)


@pytest.mark.parametrize(
    ("name", "content", "limit", "words"),
    [
        ("d.csv", "a,y\n1,2\n3,4\n", ("MAX_CELLS", 3), "more than 3 cells"),
        ("d.csv", "a,y\n1,2\n123,4\n", ("MAX_CELL", 2), "more than 2 characters in a cell of line 3"),
        ("d.csv", "a,y\n1,2\n", ("MAX_BYTES", 7), "more than 7 bytes"),
        ("d.json", '{"inputs": [[1]], "labels": [1]}', ("MAX_BYTES", 31), "more than 31 bytes"),
        ("d.json", '{"inputs": [[1]], "labels": [1]}', ("MAX_DEPTH", 2), "more than 2 levels of brackets"),
        ("d.json", '{"inputs": ' + "[" * 100_000, ("MAX_DEPTH", 16), "more than 16 levels of brackets"),
    ],
)
def test_limits_of_text_files(write, monkeypatch, name, content, limit, words):
    monkeypatch.setattr(table_files, *limit)
    with pytest.raises(LimitError, match=words) as caught:
        read_dataset(write(name, content))
    assert caught.value.exit_code == 3


def test_brackets_in_strings_are_no_nesting(write, monkeypatch):
    monkeypatch.setattr(table_files, "MAX_DEPTH", 3)
    with pytest.raises(NumberFormatError):
        read_dataset(write("d.json", r'{"inputs": [["[[[[\\\"[["]], "labels": [1]}'))


def test_the_limit_on_cells_of_the_rest_of_the_process_stays(tmp_path):
    (tmp_path / "d.csv").write_text("a,y\n1,2\n", encoding="utf-8")
    before = csv.field_size_limit(77)
    try:
        read_dataset(tmp_path / "d.csv")
        assert csv.field_size_limit() == 77
    finally:
        csv.field_size_limit(before)
