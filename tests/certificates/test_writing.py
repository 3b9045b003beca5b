"""exactmem/certificates/writing/document.py and reader.py: deterministic files, read back as the same objects."""

import hashlib
import json

import pytest
from hypothesis import given

from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates import checker
from exactmem.certificates.reader import read_certificate
from exactmem.certificates.writing.document import canonical, to_bytes, write_certificate
from exactmem.certificates.writing.memorization import certificate
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import CertificateError, JsonError
from exactmem.testing import datasets, hidden_activations
from tests.support import naive
from tests.support.golden_cases import CASES, golden_construction, golden_path


@pytest.mark.parametrize(("name", "activation"), CASES)
def test_golden_certificates_byte_for_byte(golden_certificate, name, activation):
    construction = golden_construction(name, activation)
    kept = golden_certificate(construction, golden_path(name, activation).name)
    assert kept.read_bytes() == to_bytes(certificate(construction))


@pytest.mark.parametrize(("name", "activation"), CASES)
def test_golden_certificates_hold_by_the_naive_evaluator(name, activation):
    assert naive.holds(json.loads(golden_path(name, activation).read_bytes()))


@given(datasets(max_samples=6), hidden_activations())
def test_files_are_deterministic_and_read_back(tmp_path_factory, data, activation):
    construction = build(data, "3.1", activation=activation)
    path = tmp_path_factory.mktemp("c") / "c.json"
    size = write_certificate(path, certificate(construction))
    content = path.read_bytes()
    assert size == len(content)
    assert content == to_bytes(certificate(build(data, "3.1", activation=activation)))
    again = read_certificate(path)
    assert again.network == construction.network
    assert (again.dataset.inputs, again.dataset.labels) == (data.inputs, data.labels)
    assert again.claim["sizes"]["N"] == data.N


def test_digests_are_those_of_the_canonical_json():
    data = json.loads(to_bytes(certificate(build(make_dataset([[0]], [1]), "3.1", activation=RELU))))
    for key, value in data["digests"].items():
        assert value == hashlib.sha256(canonical(data[key])).hexdigest()


def test_numbers_beyond_the_interpreters_digit_limit(tmp_path):
    data = make_dataset([[0], ["7" * 6000], ["1/" + "3" * 5000]], ["1/2", -1, 1])
    path = tmp_path / "big.json"
    write_certificate(path, certificate(build(data, "3.1", activation=HARD_TANH)))
    assert read_certificate(path).dataset.inputs == data.inputs
    assert checker.check_file(str(path)).word == "VERIFIED"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=2),
        lambda d: d.pop("network"),
        lambda d: d["network"].update(architecture="cnn"),
        lambda d: d["network"]["layers"][0].pop("bias"),
        lambda d: d["network"]["layers"][0].update(activation={"kind": "tanh"}),
        lambda d: d["network"]["layers"][0].update(weight={"shape": [1]}),
        lambda d: d["network"]["layers"][0].update(bias=[0.5]),
        lambda d: d["dataset"].update(inputs=3),
        lambda d: d["dataset"]["labels"].append(["1"]),
        lambda d: d["dataset"].update(inputs=[["0", "0"], ["1", "1"]]),
        lambda d: d["dataset"].update(labels=[["0", "0"], ["1", "1"]]),
    ],
)
def test_unreadable_certificates_are_refused(tmp_path, change):
    document = certificate(build(make_dataset([[0], [1]], [1, 0]), "3.1", activation=HARD_TANH))
    change(document)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CertificateError, match=r"c\.json"):
        read_certificate(path)


def test_certificates_without_a_network_say_so(tmp_path):
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"format": "exactmem-certificate", "version": 1, "claim": {"kind": "needs-units"}}))
    with pytest.raises(CertificateError, match="kind 'needs-units' holds no network"):
        read_certificate(path)


def test_files_that_are_no_json(tmp_path):
    path = tmp_path / "c.json"
    for content in (b"", b"\xff", b"[" * 200_000):
        path.write_bytes(content)
        with pytest.raises(JsonError, match="not valid JSON"):
            read_certificate(path)
    path.write_bytes(b"[]")
    with pytest.raises(CertificateError, match="not an exactmem certificate"):
        read_certificate(path)
    with pytest.raises(JsonError, match="cannot be read"):
        read_certificate(tmp_path / "missing.json")
