"""exactmem/api/questions.py and ledger.py: sizes, capacities, lines, ranges, constants, claims."""

from fractions import Fraction

import pytest

import exactmem as em

ABS = em.fnn([[[1], [-1]], [[1, 1]]], [[0, 0], [0]])


def test_sizes_that_suffice_and_that_cannot():
    found = em.bounds(100, d_x=3, d_y=2)
    assert found["product"].widths == (13, 16)
    more = {c.sizes.theorem.id: c for c in found.conditional}
    assert (more["ntk"].sizes.widths, more["quadratic"].activation) == ((136,), em.SQUARE)
    assert "if the data and the seed allow" in str(found.table())
    assert {i.task for i in found.impossible} == {"regression", "classification"}
    assert found.impossible[0].units == sum(found.impossible[0].widths)
    reach = em.bounds(widths="3,4")["regression"]
    assert (reach.possible, reach.impossible) == (12, em.bounds(widths=(3, 4))["regression"].impossible)
    for activation, admitted in (("relu", "ntk: 12"), ("square", "quadratic: any"), ("hard-tanh", "")):
        reaches = em.bounds(widths=8, d_x=3, activation=activation)
        assert reaches.table().rows[0][3] == admitted
        assert len(reaches["regression"].conditional) == len(admitted.split()) // 2
    for arguments in (
        {},
        {"samples": 3, "widths": "3"},
        {"samples": 0},
        {"samples": 3, "d_x": "1/2"},
        {"samples": 3.0},
    ):
        with pytest.raises(em.ExactmemError):
            em.bounds(**arguments)
    for arguments in ({"task": "regresion"}, {"architecture": "cnn"}):
        with pytest.raises(em.UsageError, match=r"='\w+': use 'regression' or 'classification'|'fnn' or 'resnet'"):
            em.bounds(10, **arguments)
    assert em.bounds(10)["A.1"] == em.bounds(10)["a.1"]
    with pytest.raises(em.UsageError, match=r"'9\.9' is none of 3\.1, 3\.2"):
        em.bounds(10)["9.9"]
    with pytest.raises(em.UsageError, match="which apply here: did you mean two-layer"):
        em.bounds(10)["twolayer"]


def test_capacity_of_samples_on_a_line():
    data = em.dataset([[0], [1], [2]], [0, 1, 0])
    found = em.capacity(data)
    assert found.units == 2
    assert em.verify(found.network, data)
    assert found.impossibility().check()
    assert em.capacity(data, units=1).network is None
    assert "1 hidden unit cannot do" in repr(em.capacity(data, units=1))
    with pytest.raises(em.UsageError):
        em.capacity(data, units=2).impossibility()
    assert em.capacity(data, units="2").units == 2
    for units in (-1, "1/2"):
        with pytest.raises(em.UsageError, match=r"units = .*: give an integer from 0"):
            em.capacity(data, units=units)


def test_restriction_to_a_line():
    line = em.restrict(ABS, [-1], ["1/2"])
    assert line.breakpoints == [Fraction(2, 3)]
    assert line("1/3") == line(Fraction(1, 3)) == [Fraction(1, 2)]
    assert line.point(Fraction(2, 3)) == [0]
    assert line.pieces == [("(-inf, 2/3)", [(Fraction(-3, 2), 1)]), ("[2/3, inf)", [(Fraction(3, 2), -1)])]
    assert len(em.restrict(ABS, [1], [2], segment=True)) == 1
    for arguments in (("0", "1"), ([0.5], [1]), ([0], [0]), ([0, 1], [1, 0])):
        with pytest.raises(em.ExactmemError):
            em.restrict(ABS, *arguments)
    with pytest.raises(em.InexactNumberError):
        line(0.5)


def test_ranges_on_boxes_and_segments():
    for found in (em.range_on(ABS, box="-1:1/2"), em.range_on(ABS, box=[(-1, "1/2")])):
        assert found[0] == (0, 0, [0], 1, [-1])
        assert found.certificate().check()
    assert em.range_on(ABS, segment=([1], [2]))[0].maximum == 2
    assert em.range_on(ABS, box=[3])[0][1:] == (3, [3], 3, [3])
    for arguments in ({}, {"box": "0:1", "segment": ([0], [1])}, {"box": "0:1:2"}, {"segment": ([0],)}):
        with pytest.raises(em.UsageError):
            em.range_on(ABS, **arguments)
    for arguments in ({"box": 3}, {"segment": 3}, {"box": "0:1", "outputs": 0}):
        with pytest.raises(em.ShapeError, match="is the single value"):
            em.range_on(ABS, **arguments)
    for outputs in ([1], ["1/2"], [-1]):
        with pytest.raises(em.UsageError, match=r"give (an integer from 0|integers from 0 to 0)"):
            em.range_on(ABS, box="0:1", outputs=outputs)


def test_constants_of_theorem_5_1():
    data = em.dataset([[0], [1]], [1, 0])
    net = em.build(data, "folklore")
    found = em.sgd_constants(net)
    assert {"tau", "rho", "gamma", "lambda", "C", "C_1"} <= set(found)
    assert found["C_1"] == Fraction(1, 2)
    assert dict(em.sgd_constants(net.network, data)) == dict(found)
    assert em.sgd_constants(net, rounded_steps=True)["tau"] > found["tau"]
    for arguments in ({"batch": 3}, {"bits": 0}, {"loss": "cubic"}, {"radius": 10**9}, {"bits": 10**6}):
        with pytest.raises(em.ExactmemError):
            em.sgd_constants(net, **arguments)
    with pytest.raises(em.ConstructionError):
        em.sgd_constants(ABS, em.dataset([[1]], [7]))


def test_claims_are_proved_by_name():
    found = em.prove("B.1-rank")
    assert [o.row.id for o in found] == ["B.1-rank"]
    assert found.as_expected
    assert str(found["B.1-rank"].result.verdict) == "PROVED"
    assert "B.1-rank" in found._repr_html_()
    assert found["b.1-RANK"] is found[0] is not em.prove("b.1-RANK")[0]
    assert repr(found) == "<1 claim: 1 PROVED>"
    with pytest.raises(em.UsageError, match=r"no claim 'B\.1-rnk' is among these 1: did you mean B\.1-rank"):
        found["B.1-rnk"]
    with pytest.raises(em.ExactmemError):
        em.prove("no such claim")


def test_claims_of_ones_own(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        "import exactmem as em\nfrom exactmem.ledger.claims import Verdict, checked\n"
        "@em.claim(id='mine-1', source='me', place='1', statement='1 < 2', expected=Verdict.CHECKED)\n"
        "def one():\n    return checked('comparison', '1 and 2')\n"
    )
    assert em.prove(str(script)).as_expected
    empty = tmp_path / "empty.py"
    empty.write_text("")
    with pytest.raises(em.LedgerError):
        em.prove(str(empty))
