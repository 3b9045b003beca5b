"""Lemma D.1: an independent count of pieces, and variants the proofs must reject."""

from itertools import pairwise
from random import Random

import pytest
from flint import fmpq

from exactmem.curves import Change, Curve, Cut
from exactmem.ledger.claims import ProofFailure
from exactmem.lines import Piece
from exactmem.pieces import curve_pieces
from exactmem.proofs.yun2019.theorem_3_3 import lemma_d1


def naive_count(function, places):
    """The least number of intervals on which a function is affine; it must be affine strictly between `places`.

    Greedy from the left over the places and the open intervals between them, each known by two interior points.
    """
    places = sorted(places)
    inner = [places[0] - 1, *[(a + b) / 2 for a, b in pairwise(places)], places[-1] + 1]
    steps = [places[0] - places[0] + 1, *[(b - a) / 4 for a, b in pairwise(places)], fmpq(1)]
    parts = []
    for k, (middle, step) in enumerate(zip(inner, steps, strict=True)):
        parts.append([middle, middle + step / 2])
        if k < len(places):
            parts.append([places[k]])
    count, known = 0, []
    for part in parts:
        candidate = known + [(t, function(t)) for t in part]
        if not known or not collinear(candidate):
            count, candidate = count + 1, [(t, function(t)) for t in part]
        known = candidate
    return count


def collinear(points):
    (t0, v0), (t1, v1) = points[0], points[-1]
    return all((v - v0) * (t1 - t0) == (v1 - v0) * (t - t0) for t, v in points)


@pytest.mark.parametrize("jumps", [False, True])
def test_pieces_are_counted_as_naively(jumps):
    generator = Random(5)
    for pieces in (1, 2, 3, 5, 8):
        for _ in range(5):
            curve = lemma_d1.random_curve(generator, pieces, jumps)
            minimal = curve_pieces(curve)
            places = {change.cut.t for change in curve.changes} | {fmpq(0)}
            assert len(minimal) == naive_count(lambda t, m=minimal: lemma_d1._value(m, t), places)


def test_a_sum_that_is_not_the_sum_is_rejected(monkeypatch):
    monkeypatch.setattr(lemma_d1, "add", lambda curves: curves[0])
    with pytest.raises(ProofFailure, match="is the sum"):
        lemma_d1.random_functions()


def test_a_composition_that_is_not_the_composition_is_rejected(monkeypatch):
    monkeypatch.setattr(lemma_d1, "activate", lambda curve, activation: curve)
    with pytest.raises(ProofFailure, match="is the composition"):
        lemma_d1.random_functions()


@pytest.mark.parametrize(("call", "what"), [(3, "a sum of 2 and 2"), (4, "a composition of 2 and 2")])
def test_too_many_pieces_are_rejected(monkeypatch, call, what):
    calls = []

    def split(curve):
        calls.append(curve)
        pieces = curve_pieces(curve)
        if len(calls) != call:
            return pieces
        last, cuts = pieces[-1], [Cut(fmpq(50 + i), False) for i in range(5)]
        parts = [Piece(low, high, last.maps) for low, high in pairwise([last.low, *cuts, None])]
        return (*pieces[:-1], *parts)

    monkeypatch.setattr(lemma_d1, "curve_pieces", split)
    h = Curve((fmpq(1), fmpq(0)), (Change(Cut(fmpq(0), False), fmpq(1), fmpq(0)),))
    with pytest.raises(ProofFailure, match=what):
        lemma_d1.check_pair(lemma_d1.zigzag([fmpq(1)]), h)


def test_zigzags_have_as_many_pieces_as_asked_for():
    for k in range(1, 6):
        function = lemma_d1.zigzag([fmpq(i) for i in range(1, k)])
        assert len(curve_pieces(lemma_d1.curve_of(function))) == k
        assert function.is_continuous


def test_wrong_counts_are_rejected(monkeypatch):
    monkeypatch.setattr(lemma_d1, "telescoping_sum", lambda term, total, step: lambda low, high: total(high) + 1)
    with pytest.raises(ProofFailure):
        lemma_d1.show_composition_count()


def test_a_map_that_is_not_affine_is_rejected(monkeypatch):
    import sympy as sp

    t = sp.Symbol("t", real=True)
    monkeypatch.setattr(lemma_d1, "affine_map", lambda a, b: sp.Lambda(t, a * t**2 + b))
    with pytest.raises(ProofFailure):
        lemma_d1.show_affine("sum")
    with pytest.raises(ProofFailure):
        lemma_d1.show_affine("composition")
    with pytest.raises(ProofFailure):
        lemma_d1.show_preimages_are_intervals()


@pytest.mark.parametrize("name", ["pieces_of_sum", "pieces_of_composition"])
@pytest.mark.parametrize("shift", [-1, 1])
def test_another_bound_is_rejected_and_not_attained(monkeypatch, name, shift):
    honest, printed = getattr(lemma_d1, name), "SUM" if name == "pieces_of_sum" else "COMPOSITION"
    monkeypatch.setattr(lemma_d1, name, lambda k, l: honest(k, l) + shift)
    monkeypatch.setattr(lemma_d1, printed, getattr(lemma_d1, printed) + shift)
    with pytest.raises(ProofFailure):
        lemma_d1.sum_of_two() if name == "pieces_of_sum" else lemma_d1.composition()
    with pytest.raises(ProofFailure):
        lemma_d1.attained()


def test_another_number_of_cuts_is_rejected(monkeypatch):
    monkeypatch.setattr(lemma_d1, "cuts_of", lambda pieces: pieces)
    with pytest.raises(ProofFailure):
        lemma_d1.sum_of_two()
