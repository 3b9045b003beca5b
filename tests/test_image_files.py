"""MNIST's and CIFAR-10's binary files: read as they are, refused where they are not what their names say."""

import gzip

import numpy as np
import pytest
from flint import fmpq

from exactmem.errors import DatasetError, UsageError
from exactmem.image_files import RECORD, read_image_data, write_idx
from exactmem.readers import read_dataset
from exactmem.synthetic import write_cifar_like, write_idx_like


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4"])
def test_an_idx_pair_is_read(tmp_path, kind):
    images = np.arange(24).reshape(4, 2, 3).astype(kind)
    write_idx(tmp_path / "train-images-idx3-ubyte", images)
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.array([7, 0, 7, 2], "u1"))
    data = read_dataset(tmp_path / "train-images-idx3-ubyte", classify=True)
    assert data.inputs == [tuple(map(fmpq, row)) for row in images.reshape(4, 6).tolist()]
    assert data.classes == ("0", "2", "7")
    assert data.labels[0] == (fmpq(0), fmpq(0), fmpq(1))
    assert read_dataset(tmp_path / "train-images-idx3-ubyte").labels[3] == (fmpq(2),)


def test_a_compressed_pair_and_names_with_dots(tmp_path):
    write_idx(tmp_path / "plain", np.arange(6, dtype="u1").reshape(2, 1, 3))
    (tmp_path / "t10k-images.idx3-ubyte.gz").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    write_idx(tmp_path / "t10k-labels.idx1-ubyte", np.array([1, 0], "u1"))
    assert read_image_data(tmp_path / "t10k-images.idx3-ubyte.gz", True).inputs[1] == tuple(map(fmpq, (3, 4, 5)))


def test_cifar_records_in_a_file_and_in_batches(tmp_path):
    write_cifar_like(tmp_path / "data_batch_1.bin", 12)
    write_cifar_like(tmp_path / "data_batch_2.bin", 8, seed=1)
    single = read_dataset(tmp_path / "data_batch_1.bin", classify=True)
    assert (single.N, single.d_x, single.d_y) == (12, 3072, 10)
    first = (tmp_path / "data_batch_1.bin").read_bytes()
    assert list(single.inputs[1]) == [fmpq(v) for v in first[RECORD + 1 : 2 * RECORD]]
    both = read_dataset(tmp_path, classify=True)
    assert both.N == 20
    assert both.rows[12] == "data_batch_2.bin, record 0"
    assert both.inputs[:12] == single.inputs


def test_data_from_a_seed_are_the_same_again(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    paths = [write_idx_like(tmp_path / name, 6, 5, None, seed=2) for name in "ab"]
    one, two = (read_dataset(path) for path in paths)
    assert one == two
    assert one.labels[0][0] == fmpq(one.labels.integers[0, 0].item())


def damaged(path, change):
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data[:-1], "bytes, but an array of shape"),
        (lambda data: data[:6], "bytes, but an array of shape"),
        (lambda data: b"\0\0\x0d" + data[3:], "not an IDX file of integers"),
        (lambda data: b"", "not an IDX file of integers"),
        (lambda data: data[:4] + b"\0\0\0\0" + data[8:], "bytes, but an array of shape"),
    ],
)
def test_damaged_idx_files_are_refused(tmp_path, change, message):
    path = write_idx_like(tmp_path, 3, 2, 2)
    damaged(path, change)
    with pytest.raises(DatasetError, match=message):
        read_dataset(path)


def test_what_is_missing_or_no_image_file_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"no data_batch_\*\.bin"):
        read_dataset(tmp_path)
    path = write_idx_like(tmp_path, 3, 2, 2)
    with pytest.raises(UsageError, match="no named columns"):
        read_dataset(path, labels=["1"])
    (tmp_path / "labels-idx1-short").unlink()
    with pytest.raises(DatasetError, match="the labels are needed"):
        read_dataset(path)
    write_idx(tmp_path / "labels-idx1-ubyte", np.zeros(2, "u1"))
    with pytest.raises(DatasetError, match="one label per image"):
        read_dataset(path)
    (tmp_path / "x.bin").write_bytes(b"1234")
    with pytest.raises(DatasetError, match="no whole number of CIFAR-10 records"):
        read_dataset(tmp_path / "x.bin")
    (tmp_path / "y-images-idx3-ubyte.gz").write_bytes(b"no gzip")
    write_idx(tmp_path / "y-labels-idx1-ubyte", np.zeros(2, "u1"))
    with pytest.raises(DatasetError, match="not a gzip file"):
        read_dataset(tmp_path / "y-images-idx3-ubyte.gz")
    with pytest.raises(DatasetError, match="cannot be read"):
        read_dataset(tmp_path / "absent.bin")
