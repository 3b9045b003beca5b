"""exactmem/api/verdicts.py: verification, certificates, the checker."""

import json
from fractions import Fraction

import pytest

import exactmem as em

DATA = em.dataset([[0], [1], [2]], [0, 1, 2])
GOOD, BAD = em.fnn([[[1]]], [[0]]), em.fnn([[[1]]], [["1/2"]])


def test_verification_says_what_fails():
    assert em.verify(GOOD, DATA)
    found = em.verify(BAD, em.dataset([[0], [1]], ["1/2", 0]))
    assert not found
    assert (found.word, found.failing, found.margin, found.at) == ("REFUTED", (1,), Fraction(-3, 2), 1)
    assert found.first == (1, "sample 1", [0], [Fraction(3, 2)])
    assert str(found) == (
        "REFUTED: 1 of 2 samples are right (equal); the first to fail is sample 1: expected [0], obtained [3/2]"
    )
    assert em.verify(GOOD, em.dataset([[2], [-1]], [1, -1]), "sign").margin == 1
    for arguments in ((GOOD, DATA, "near"), (GOOD, [[1]]), ([1], DATA), (GOOD, em.dataset([[1, 2]], [1]))):
        with pytest.raises(em.ExactmemError):
            em.verify(*arguments)


def test_certificates_are_saved_loaded_and_checked(tmp_path):
    made = em.certificate(GOOD, DATA)
    path = made.save(tmp_path / "c.json")
    assert path.read_bytes() == bytes(made) == bytes(em.load(path))
    for source in (path, str(path), path.read_bytes(), made, em.load(path)):
        verdict = em.check(source, DATA)
        assert verdict
        assert verdict.about is not None
        assert not em.check(source, em.dataset([[5], [0]], [5, 0]))
    assert made.check().word == "VERIFIED"
    assert em.check(made, max_operations=1).word == "RESOURCE"
    for limit in (0, -1, "1/2", "many"):
        with pytest.raises(em.ExactmemError, match="max_operations"):
            em.check(made, max_operations=limit)
    assert em.load(path).network == GOOD
    assert em.load(path).dataset.X == DATA.X
    assert em.verify(em.load(path), em.load(path))


def test_a_construction_needs_no_data_again_and_keeps_its_theorem():
    net = em.build(DATA, "3.1")
    assert em.certificate(net).data["provenance"]["construction"] == "3.1"
    assert em.certificate(net, DATA).claim["source"] == net.theorem.source
    assert em.certificate(net, em.dataset([[1]], [1])).data["provenance"]["construction"] == "certificate"


def test_what_is_false_is_not_certified():
    with pytest.raises(em.CertificateError, match="0 of 3 samples are right") as caught:
        em.certificate(BAD, DATA)
    assert caught.value.witness.failing == (0, 1, 2)


def test_the_checker_refutes_what_was_changed(tmp_path):
    data = json.loads(bytes(em.certificate(GOOD, DATA)))
    data["dataset"]["labels"][0] = ["5"]
    verdict = em.check(json.dumps(data).encode())
    assert not verdict
    assert verdict.word in {"REFUTED", "MALFORMED"}
    assert em.check(tmp_path / "missing.json").word == "MALFORMED"
    assert em.check(b"{}").word == "MALFORMED"
    assert em.check(bytes(em.certificate(GOOD, DATA)), max_operations=10).word == "RESOURCE"
    for arguments, limits in (((5,), {}), ((b"{}",), {"max_time": 5})):
        with pytest.raises(em.UsageError):
            em.check(*arguments, **limits)


def test_a_certificate_without_data_cannot_be_compared():
    ranges = em.range_on(GOOD, box="0:1").certificate()
    assert em.check(ranges)
    with pytest.raises(em.CertificateError, match="no dataset"):
        em.check(ranges, DATA)


def test_loading_what_is_no_certificate(tmp_path):
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(em.CertificateError):
        em.load(tmp_path / "x.json")
