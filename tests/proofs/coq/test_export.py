"""Exported Coq files: read back by a second reader, and accepted or refused by Coq's kernel as they should be."""

import json
import re
from pathlib import Path

import pytest

from exactmem.certificates.reader import read_document
from exactmem.cli import main
from exactmem.errors import CertificateError, InexactExportError, LimitError
from exactmem.interchange import coq
from exactmem.interchange.exported import Wanted
from tests.proofs.coq import tools
from tests.proofs.coq.mutants import seal
from tests.proofs.coq.read_back import NotRead, digest, read_back

SMALL = [path for path in tools.memorizations("valid") if path.stat().st_size < 20_000]
INVALID = [path for path in tools.memorizations("invalid") if path.stat().st_size < 20_000]
INVALID = [path for path in INVALID if path.stem != "two-labels-for-one-input"]  # which exactmem's readers refuse
IN_KERNEL = [
    "argmax", "leaky-relu", "rank-one-first-layer", "resnet-two-blocks", "resnet-without-skip-square", "sign",
    "sparse-without-entries", "threshold-at-its-step",
]  # fmt: skip


def exported(path: Path) -> str:
    return coq.export(read_document(path), Wanted()).content.decode("ascii")


@pytest.mark.parametrize("path", SMALL + INVALID, ids=lambda path: path.stem)
def test_what_is_read_back_has_the_digests_of_the_certificate(path: Path) -> None:
    document = read_document(path).data
    parts = read_back(exported(path))
    sizes = document["claim"]["sizes"]
    counts = {key: sizes[key] for key in ("hidden_nodes", "edges")}  # of no use to Coq; fixed by the shapes
    parts["claim"]["sizes"] |= counts
    assert parts["digests"] == document["digests"]
    assert {part: digest(parts[part]) for part in ("claim", "dataset", "network")} == document["digests"]


def test_the_second_reader_is_strict() -> None:
    content = exported(next(path for path in SMALL if path.stem == "leaky-relu"))
    read_back(content)
    for before, after in (
        ("Open Scope Z_scope.", "Open Scope Z_scope. Definition over := 1."),
        ("apply check_correct.", "admit."),
        ("Definition net", "Definition samples := 1.\nDefinition net"),
        ("Definition net", "Definition net := [].\nDefinition net"),
        ("memorizes Equal net [", "memorizes Equal net [1; "),
    ):
        assert before in content
        with pytest.raises(NotRead):
            read_back(content.replace(before, after, 1))


def test_long_lists_come_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_text("x,y\n" + "".join(f"{i},{i % 7}\n" for i in range(300)))
    assert main(["build", str(path), "--theorem", "decoupled", "-o", str(tmp_path / "c.json")]) == 0
    content = exported(tmp_path / "c.json")
    assert max(map(len, re.findall(r"\[[^\[\]]*\]", content))) < 2 * coq.CHUNK_CHARACTERS
    assert max(part.count(";") for part in re.findall(r"\[[^\[\]]*\]", content)) < coq.CHUNK_ITEMS
    parts = read_back(content)
    assert digest(parts["dataset"]) == read_document(tmp_path / "c.json").data["digests"]["dataset"]


def test_refused_above_the_time_limit_and_for_other_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coq, "MAX_SECONDS", 0)
    with pytest.raises(LimitError, match="about 1 s, more than 0 s"):
        exported(SMALL[0])
    other = next(path for path in tools.corpus("valid") if tools.kind(path) == "piece-bound")
    with pytest.raises(InexactExportError, match="piece-bound has no translation to Coq"):
        exported(other)


NASTY = 'a "b" \\" *) Axiom cheat : False. (* \u00e9 "\\'


def with_source(path: Path, target: Path) -> Path:
    """The certificate with a source that tries to leave its comment."""
    document = json.loads(path.read_bytes())
    document["claim"]["source"] = NASTY
    seal(document)
    target.write_text(json.dumps(document))
    return target


def test_the_source_stays_in_its_comment(tmp_path: Path) -> None:
    content = exported(with_source(SMALL[0], tmp_path / "c.json"))
    assert read_back(content)["claim"]["source"] == NASTY
    assert content.count("(*") == content.count("*)") == 1


def test_wrong_digests_are_refused(tmp_path: Path) -> None:
    document = json.loads(SMALL[0].read_bytes())
    document["digests"]["network"] = "0" * 64
    path = tmp_path / "c.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CertificateError, match="a digest is wrong"):
        exported(path)


@pytest.mark.parametrize(("theorem", "activation"), [("3.2", "relu"), ("4.1", "hard-tanh"), ("4.2", "relu")])
def test_every_shape_of_network_has_an_estimate(theorem: str, activation: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    command = ["build", "iris", "--classify", "--theorem", theorem, "--activation", activation, "-o", str(path)]
    assert main(command) == 0
    facts = coq.export(read_document(path), Wanted()).facts
    assert 1 < facts["estimated_seconds"] < 100


def test_the_command_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.v"
    assert main(["export", str(SMALL[0]), "--to", "coq", "-o", str(out)]) == 0
    assert out.read_text() == exported(SMALL[0])
    assert "coqc will take about 1 s" in capsys.readouterr().out


@tools.needs_coq
@pytest.mark.parametrize("name", IN_KERNEL)
def test_the_kernel_accepts_a_true_claim_and_refuses_one_with_a_label_changed(name: str, tmp_path: Path) -> None:
    path = next(path for path in SMALL if path.stem == name)
    content = exported(with_source(path, tmp_path / "c.json") if name == "sign" else path)
    true, false = tmp_path / "true.v", tmp_path / "false.v"
    true.write_text(content)
    done = tools.coqc(true)
    assert (done.returncode, done.stdout.strip()) == (0, "Closed under the global context"), done.stderr
    false.write_text(changed_label(content))
    done = tools.coqc(false)
    assert done.returncode == 1
    assert "true = true" in done.stderr  # what was computed is not what the theorem says


def changed_label(content: str) -> str:
    """The first numerator of the first label is another one."""
    return re.sub(
        r"(Definition sample_labels_0 : list vector := \[\s*over 0x[0-9a-f]+ \(\[)(-?0x[0-9a-f]+)",
        lambda match: f"{match[1]}{'0x1' if match[2] == '0x0' else '0x0'}",
        content,
        count=1,
    )


@tools.needs_coq
def test_the_kernel_refuses_lists_that_are_cut_short(tmp_path: Path) -> None:
    """A label, a weight or a bias left out, where a product of lists would not notice."""
    content = exported(next(path for path in SMALL if path.stem == "telescoping-clip"))
    cuts = {
        "label": r"(sample_labels_0 : list vector := \[\s*)over[^;\]]*\]\);",
        "bias": r"(W_1_bias_0 : list Q := \[\s*)\([^)]*\);",
        "weight": r"(W_2_rows_0 : list vector := \[\s*over 0x[0-9a-f]+ \(\[)[^;\]]*; ",
    }
    for name, pattern in cuts.items():
        shorter = re.sub(pattern, r"\1", content, count=1)
        assert shorter != content, name
        file = tmp_path / f"{name}.v"
        file.write_text(shorter)
        assert tools.coqc(file).returncode == 1, name


@tools.needs_coq
def test_the_kernel_refuses_false_claims(tmp_path: Path) -> None:
    for path in INVALID[::5]:
        file = tmp_path / f"{path.stem.replace('-', '_')}.v"
        file.write_text(exported(path))
        assert tools.coqc(file).returncode == 1, path.name


BIG = 2**71
R8 = f"x,y\n0,{BIG}\n1,-{BIG}\n2,1/{BIG}\n"


def test_large_and_small_labels_survive(tmp_path: Path) -> None:
    path = certificate_of(R8, tmp_path)
    parts = read_back(exported(path))
    assert parts["dataset"]["labels"] == [[str(BIG)], [str(-BIG)], [f"1/{BIG}"]]
    assert digest(parts["network"]) == read_document(path).data["digests"]["network"]


@tools.needs_coq
def test_the_kernel_sees_large_and_small_labels_as_they_are(tmp_path: Path) -> None:
    content = exported(certificate_of(R8, tmp_path))
    for name, changed, code in (("true", content, 0), ("false", changed_label(content), 1)):
        file = tmp_path / f"{name}.v"
        file.write_text(changed)
        assert tools.coqc(file).returncode == code, name
    assert changed_label(content) != content


def certificate_of(table: str, folder: Path) -> Path:
    """A certificate of the table, by theorem `product` with hard-tanh units."""
    (folder / "data.csv").write_text(table)
    path = folder / "data.json"
    assert main(["build", str(folder / "data.csv"), "--theorem", "product", "-o", str(path)]) == 0
    return path
