"""Cases that people met in public, R7, R11 and R12: numbers, fewer units than a theorem's, contradictory rows."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import fmpq

import exactmem as em
from exactmem.datasets import make_dataset
from exactmem.evaluate import evaluate


def test_r7_an_mpmath_number_is_refused_like_a_float():
    for value in (mpmath.mpf(1.1), 1.1):
        with pytest.raises(em.InexactNumberError, match="is not an exact number"):
            em.dataset([[value]], [1])
    assert em.exactly(mpmath.mpf(1.1)) == fmpq(2476979795053773, 2251799813685248)


def test_r7_decimals_are_exact_and_strings_are_no_rows():
    assert em.dataset([[Decimal("0.1")]], [1]).X == [[Fraction(1, 10)]]
    with pytest.raises(em.ShapeError, match="'12', text, not a row of numbers"):
        make_dataset(["12", "34"], [1, 2])


def test_r7_fractions_in_and_out():
    network = em.fnn([[[1]]], [[0]])
    assert network([Fraction(1, 2)]) == [Fraction(1, 2)]
    assert evaluate(network, [[Fraction(1, 2)]]) == [[fmpq(1, 2)]]


R7_FILES = {
    "a float in JSON": ("d.json", '{"inputs": [[1.1]], "labels": [1]}', "1.1 of type float is not an exact number"),
    "a float array": ("d.npy", np.array([[1.1, 2.0]]), "1.1) of type float64 is not an exact number"),
    "strings as rows": ("d.json", '{"inputs": ["12", "34"], "labels": [1, 2]}', "input 0 is not a list"),
    "no number": ("d.csv", "x,y\nnan,1\n", "'nan' is not a finite number"),
}


def written(folder, name, content):
    """A data file of text or of an array."""
    path = folder / name
    path.write_text(content) if isinstance(content, str) else np.save(path, content)
    return path


@pytest.mark.parametrize(("name", "content", "text"), R7_FILES.values(), ids=R7_FILES)
def test_r7_on_the_command_line_what_is_inexact_is_refused(run, tmp_path, name, content, text):
    out = tmp_path / "c.json"
    code, _, err = run("build", written(tmp_path, name, content), "--theorem", "3.1", "-o", out)
    assert (code, text in err, len(err.splitlines())) == (2, True, 1)
    assert not out.exists()


def test_r7_on_the_command_line_floats_are_what_they_store_only_on_request(run, tmp_path):
    out = tmp_path / "c.json"
    for name, content in (("d.json", '{"inputs": [[1.1]], "labels": [1]}'), ("d.npy", np.array([[1.1, 1.0]]))):
        path = written(tmp_path, name, content)
        assert run("build", path, "--theorem", "3.1", "--floats", "exact", "-o", out)[0] == 0
        assert em.load(out).dataset.X == [[Fraction(2476979795053773, 2251799813685248)]]


def test_r7_on_the_command_line_decimals_and_fractions_are_exact(run, tmp_path):
    out = tmp_path / "c.json"
    files = {"d.csv": "x,y\n0.1,1/2\n", "d.json": '{"inputs": [["0.1"]], "labels": ["1/2"]}'}
    for name, content in files.items():
        assert run("build", written(tmp_path, name, content), "--theorem", "3.1", "-o", out)[0] == 0
        assert (em.load(out).dataset.X, em.load(out).dataset.y) == ([[Fraction(1, 10)]], [[Fraction(1, 2)]])
        assert run("eval", out, "--at", "0.1")[1] == run("eval", out, "--at", "1/10")[1] == "1/2\n"
    code, _, err = run("eval", out, "--at", "inf")
    assert (code, "not a finite number" in err) == (2, True)


def test_r11_fewer_units_than_the_theorem_builds():
    x = [[-5], ["-0.000001"], [0], ["0.000001"], ["0.000005"], ["0.00005"], [5]]
    data = em.dataset(x, [0, 0, 0, 1, 1, 1, 1])
    built, fewest = em.build(data, "two-layer"), em.capacity(data)
    assert (built.network.hidden_nodes, fewest.units) == (5, 2)
    assert em.verify(fewest.network, data)
    assert fewest.impossibility().check()


def test_r12_contradictory_rows_are_named(tmp_path):
    with pytest.raises(em.DuplicateInputError, match="sample 0 and sample 1 have equal inputs"):
        em.dataset([(1, 1), (1, 1)], [(1, 0), (0, 0)])
    path = tmp_path / "d.csv"
    path.write_text("a,b,u,v\n1,1,1,0\n1,1,0,0\n")
    with pytest.raises(em.DuplicateInputError, match="line 2 and line 3 have equal inputs"):
        em.read_dataset(path, labels="u,v")
