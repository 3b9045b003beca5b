"""exactmem/datasets.py: merging, refusal with witness, one-hot labels, exact scaling."""

import pytest
from flint import fmpq
from hypothesis import given

from exactmem.datasets import class_indices, make_dataset, one_hot, scale_labels
from exactmem.errors import DatasetError, DuplicateInputError, InexactNumberError
from exactmem.testing import datasets, rationals


def test_shapes_and_exactness():
    data = make_dataset([["0.1", "1/3"], [2, "1e-30"]], [1, "-1/2"])
    assert (data.N, data.d_x, data.d_y) == (2, 2, 1)
    assert data.inputs[0] == (fmpq(1, 10), fmpq(1, 3))
    assert data.labels == ((1,), (fmpq(-1, 2),))


def test_equal_samples_are_merged_and_counted():
    data = make_dataset([[1], [2], ["2/2"], [1]], [5, 6, 5, 5], rows=["a", "b", "c", "d"])
    assert data.N == 2
    assert data.merged == (("a", "c"), ("a", "d"))
    assert data.rows == ("a", "b")


def test_equal_inputs_with_different_labels_name_both_rows():
    with pytest.raises(DuplicateInputError, match=r"line 2 and line 9 .*1/2 and 1\)") as caught:
        make_dataset([[1], [2], [1]], ["0.5", 2, 1], rows=["line 2", "line 5", "line 9"])
    assert caught.value.witness == ("line 2", "line 9")


@pytest.mark.parametrize(
    ("inputs", "labels", "text"),
    [
        ([], [], "no samples"),
        ([[1]], [1, 2], "1 inputs but 2 labels"),
        ([[]], [1], "at least one column"),
        ([[1], [1, 2]], [1, 2], "sample 1 has 2 inputs"),
        ([[1], [2]], [[1], [1, 2]], "sample 1 has 2 labels"),
    ],
)
def test_malformed_tables(inputs, labels, text):
    with pytest.raises(DatasetError, match=text):
        make_dataset(inputs, labels)


def test_floats_are_refused():
    with pytest.raises(InexactNumberError):
        make_dataset([[0.1]], [1])


def test_one_hot_orders_classes_as_text_or_as_numbers():
    assert one_hot(["b", "a", "b"]) == ([[0, 1], [1, 0], [0, 1]], ["a", "b"])
    assert one_hot(["10", "9", "-1"])[1] == ["-1", "9", "10"]
    assert one_hot(["10", "9", "x"])[1] == ["10", "9", "x"]


def test_class_indices_need_one_hot_labels():
    data = make_dataset([[1], [2]], [[0, 1], [1, 0]])
    assert data.is_one_hot
    assert class_indices(data) == [1, 0]
    for labels in ([[0, 1], [1, 1]], [[0, 1], [0, 0]], [[0, 1], [0, 2]], [["1/2", "1/2"], [0, 1]]):
        with pytest.raises(DatasetError, match="one-hot"):
            class_indices(make_dataset([[1], [2]], labels))


@given(datasets(labels=rationals(low=-50, high=50)))
def test_label_scaling_is_exact_and_reversible(data):
    scaled, scaling = scale_labels(data)
    for row, original in zip(scaled.labels, data.labels, strict=True):
        assert all(-1 <= v <= 1 for v in row)
        back = [c + r * v for c, r, v in zip(scaling.centers, scaling.radii, row, strict=True)]
        assert tuple(back) == original
    assert all(r > 0 for r in scaling.radii)


@given(datasets())
def test_labels_inside_the_box_are_left_alone(data):
    scaled, scaling = scale_labels(data)
    assert scaling.is_identity
    assert scaled is data


def test_a_constant_label_outside_the_box():
    scaled, scaling = scale_labels(make_dataset([[1], [2]], [7, 7]))
    assert scaled.labels == ((0,), (0,))
    assert scaling.centers == (7,)
