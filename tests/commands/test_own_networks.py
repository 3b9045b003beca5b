"""The commands about networks of one's own: what they print, and what they refuse in one line."""

import json

import pytest

from exactmem.certificates import checker
from exactmem.certificates.checking.document import KINDS
from exactmem.certificates.reader import read_document
from exactmem.certificates.words import CLAIMS


@pytest.fixture
def tent(tmp_path):
    """|x| - 1 as a JSON file, and a data file on which one row of four fails."""
    network, data = tmp_path / "tent.json", tmp_path / "d.csv"
    rows = {"weights": [[["1"], ["-1"]], [["1", "1"]]], "biases": [["0", "0"], ["-1"]]}
    network.write_text(json.dumps(rows))
    data.write_text("x,y\n1,0\n-2,1\n0,-1\n1/3,0\n")
    return network, data, tmp_path / "c.json"


def test_certify_says_how_many_fail_and_which_is_the_first(run, tent):
    network, data, cert = tent
    code, out, _ = run("certify", network, "--data", data, "-o", cert)
    assert (code, out.splitlines()) == (
        1,
        [
            "REFUTED (equal): 3 of 4 samples are right",
            "1 fail; the first, sample 3 (line 5): expected (0), obtained (-2/3)",
            "the largest error is 2/3, of sample 3 (line 5)",
            f"{cert}: certificate written; its claim will be REFUTED by the checker, which names the first sample that "
            "fails",
        ],
    )
    verdict = checker.check_file(str(cert))
    assert verdict == ("REFUTED", "sample 3, coordinate 0: expected 0, obtained -2/3")
    origin = read_document(cert).data["provenance"]
    assert (origin["construction"], origin["parameters"]["file"]) == ("certify", "tent.json")
    assert len(origin["parameters"]["sha256"]) == 64


def test_certify_without_a_file_and_with_json(run, tent):
    network, data, cert = tent
    code, out, _ = run("certify", network, "--data", data, "--json")
    facts = json.loads(out)
    assert (code, facts["failing"], facts["failing_rows"], facts["certificate"]) == (1, 1, ["line 5"], None)
    assert facts["first"] == {"sample": 3, "row": "line 5", "expected": ["0"], "obtained": ["-2/3"]}
    assert not cert.exists()
    data.write_text("x,y\n1,0\n-2,1\n")
    code, out, _ = run("certify", network, "--data", data, "-o", cert)
    assert (code, out.splitlines()[0]) == (0, "VERIFIED (equal): 2 of 2 samples are right")
    assert checker.check_file(str(cert)).word == "VERIFIED"


def test_inputs_are_not_overwritten(run, tent):
    network, data, _ = tent
    for target in (network, data):
        code, _, err = run("certify", network, "--data", data, "-o", target)
        assert (code, "would be overwritten" in err) == (2, True)
    assert run("exactify", network, "--data", data, "-o", network)[0] == 2


def shown(run, cert):
    """What `show` says, in one line."""
    return " ".join(run("show", cert)[1].split())


def test_eval_and_show(run, tent):
    network, data, cert = tent
    run("certify", network, "--data", data, "-o", cert)
    assert run("eval", cert, "--at", "-1/3", "--at", "0.5")[1] == "-2/3\n-1/2\n"
    assert json.loads(run("eval", cert, "--at", "2", "--json")[1]) == {"at": [["2"]], "outputs": [["1"]]}
    code, _, err = run("eval", cert, "--at", "1,2")
    assert (code, "input 0 has 2 entries, the network expects 1" in err) == (2, True)
    out = shown(run, cert)
    assert "claim (memorization): for every sample (x, y) below, f(x) = y exactly, in every coordinate" in out
    assert "network: fully-connected, 1 input(s), widths 2, 1 output(s), 7 weights and biases; activation relu" in out
    assert "data: 4 samples, 1 input(s) and 1 label coordinate(s) each" in out
    assert f"digest: {read_document(cert).data['digests']['dataset']}" in out
    assert "not checked here" in out
    facts = json.loads(run("show", cert, "--json")[1])
    assert facts["claim"]["decision"] == "equal"


def test_range_and_eval_take_a_network_as_it_is(run, tent):
    network, data, cert = tent
    run("certify", network, "--data", data, "-o", cert)
    renamed = cert.rename(cert.with_suffix(".cert"))
    for file in (network, renamed):
        assert run("eval", file, "--at", "4")[1] == "3\n"
        assert "minimum -1 at (0)" in run("range", file, "--box", "-1:1")[1]
    model = network.with_suffix(".nnet")
    assert run("export", renamed, "--to", "nnet", "-o", model)[0] == 0
    assert run("eval", model, "--at", "4")[1] == "3\n"
    run("capacity", data, "--units", 1, "-o", renamed)
    code, _, err = run("eval", renamed, "--at", "4")
    assert (code, "holds no network" in err) == (2, True)


def test_show_has_words_for_every_kind(run, tent, tmp_path):
    network, data, cert = tent
    other = tmp_path / "o.json"
    run("certify", network, "--data", data, "-o", cert)
    run("range", cert, "--box", "-1:2", "-o", other)
    assert "over the box -1:2, output 0 has the minimum -1 and the maximum 1, both attained" in shown(run, other)
    run("range", cert, "--from", "-1", "--to", "2", "-o", other)
    assert "over the segment from (-1) to (2), output 0" in shown(run, other)
    run("pieces", cert, "--refute", "auto", "-o", other)
    assert "the network has 2 affine pieces on the line through the samples" in shown(run, other)
    run("capacity", data, "--units", 1, "-o", other)
    assert "no network with one hidden layer of 1 units fits the samples" in shown(run, other)

    assert set(CLAIMS) == set(KINDS)


def test_check_against_data(run, tent, tmp_path):
    network, data, cert = tent
    data.write_text("x,y\n1,0\n-2,1\n0,-1\n")
    run("certify", network, "--data", data, "-o", cert)
    code, out, _ = run("check", cert, "--data", data)
    assert (code, out.rstrip().endswith("; the same data")) == (0, True)
    other = tmp_path / "other.csv"
    other.write_text("x,y\n0,-1\n-2,2\n5,4\n")  # another order, another label, a row that is missing, one too many
    code, out, _ = run("check", cert, "--data", other)
    assert code == 1
    found = "1 row missing (line 4); 1 row with another label (line 3); 1 sample that the data do not have (sample 0)"
    assert f"other data: {found}" in out
    found = json.loads(run("check", cert, "--data", other, "--json")[1])["results"][0]["data"]
    assert (found["missing"], found["relabelled"], found["extra"]) == (["line 4"], ["line 3"], [0])
    other.write_text("x,y\n0,-1\n1,0\n-2,1\n1,0\n")  # the same set
    assert run("check", cert, "--data", other)[0] == 0
    cert.write_text("{}")
    code, out, _ = run("check", cert, "--data", data)
    assert (code, out.split()[0]) == (2, "MALFORMED")


def test_check_refuses_options_without_data(run, tent):
    code, _, err = run("check", tent[2], "--classify")
    assert (code, "give --data DATA too" in err) == (2, True)


def test_check_of_a_certificate_without_data(run, tent):
    network, data, cert = tent
    run("certify", network, "--data", data, "-o", cert)
    run("range", cert, "--box", "0:1", "-o", data.with_suffix(".json"))
    code, _, err = run("check", data.with_suffix(".json"), "--data", data)
    assert (code, "no dataset to compare" in err) == (2, True)
    digest = "0" * 64
    assert checker.main(["--dataset-digest", digest, str(data.with_suffix(".json"))]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a segment, --from P --to Q, or a box"),
        (["--from", "1"], "give a segment"),
        (["--box", "0:1", "--from", "1", "--to", "2"], "not both"),
        (["--box", "1:0"], "side 0 of the box is empty"),
        (["--box", "0:1:2"], "write a side as LO:HI"),
        (["--box", "0:x"], "--box '0:x': 'x' is not an exact number"),
        (["--box", "0:1,0:1"], "the region has 2 coordinates, the network expects 1"),
        (["--from", "1", "--to", "1"], "the two points of the segment are equal"),
        (["--box", "0:1", "--output-index", "1"], "--output-index '1': give an integer from 0 to 0"),
        (["--box", "0:1", "--max-cuts", "-1"], "--max-cuts '-1'"),
    ],
)
def test_bad_regions_are_told_in_one_line(run, tent, arguments, message):
    network, data, cert = tent
    run("certify", network, "--data", data, "-o", cert)
    code, out, err = run("range", cert, *arguments)
    assert (code, out, err.count("\n"), message in err) == (2, "", 1, True), err


def test_a_limit_on_cuts(run, tent):
    network, data, cert = tent
    run("certify", network, "--data", data, "-o", cert)
    code, _, err = run("range", cert, "--box", "-2:1", "--max-cuts", 0, "-o", data)
    assert (code, "after 0 cuts its minimum is known to lie between 0 and" in err) == (3, True)
    assert data.read_text().startswith("x,y")
