"""`exactmem prove`: what is shown in 80 columns, what is expected, what the solvers say, and the report."""

import json
import re

import pytest

from exactmem.ledger import claims, discovery, steps
from exactmem.ledger.solvers import SOLVERS, decide

OWN = """
from exactmem.ledger.claims import *
from exactmem.ledger.steps import gap, require_nonnegative

def row(id, expected, prove, **more):
    claim(id=id, source=OURS, place=more.pop("place", "my notes"), statement=f"Statement of {id}: a*b <= c_1 & <more>.",
          expected=expected, **more)(prove)
    return prove

def positive():
    require_nonnegative(gap("u") + gap("v"), "a step")
    return proved("nonnegative coefficients", assumes=[Fact("trust", "A fact.", "a book, p. 1")])

assumed_row = row("assumed", Verdict.ASSUMED, lambda: assumed("by hand"))
proved_row = row("good", Verdict.PROVED, positive, place="Theorem 2.1")
row("under", Verdict.PROVED_UNDER, positive, place="Appendix B, a remark", by=["good", "assumed"])
row("wrong", Verdict.REFUTED, lambda: refuted("x = 1 < 2"), kind=Kind.ERROR, quote="a*b <= 1 holds <always>",
    witness="wrong.json", note="a bar may be lost", place="Theorem 1.2")
row("lost", Verdict.REFUTED, lambda: refuted("x = 2"), kind=Kind.MISPRINT, place="Theorem 1.1")
row("right", Verdict.CHECKED, lambda: checked("all of them", "x = 1, 2"), corrects="wrong",
    place="Theorem 1.2, corrected")
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    discovery.ledger()
    monkeypatch.setattr(claims, "_ROWS", dict(claims._ROWS))
    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


def fits(text):
    return all(len(line) <= 80 for line in text.splitlines())


def test_claims_stand_under_their_paper_and_section_in_80_columns(run, own):
    code, out, err = run("prove", own)
    assert (code, err) == (0, "")
    assert fits(out)
    heads = re.findall(r"^(\S.*)\n-+$", out, re.MULTILINE)
    assert heads == ["Theorem 1.1", "Theorem 1.2", "Theorem 2.1", "Appendix B", "my notes"]
    assert re.findall(r"^(?:[A-Z]+ ?)+ +(?:\(\w+\) +)?(\w+)  \[", out, re.MULTILINE) == [
        "lost", "wrong", "right", "good", "under", "assumed",
    ]  # fmt: skip
    assert out.splitlines()[-1] == "6 claims: 1 ASSUMED, 1 CHECKED, 1 PROVED, 1 PROVED UNDER, 2 REFUTED"


def test_expectations_are_listed_as_such_and_nothing_is_run(run, own):
    own.write_text(OWN.replace('return proved("nonnegative', 'raise SystemExit("run"); return proved("nonnegative'))
    code, out, _ = run("prove", own, "--list")
    assert code == 0
    assert out.startswith("What the ledger expects of each claim. Nothing has been run")
    assert "good: expects PROVED  [Theorem 2.1;" in out
    assert "wrong: expects REFUTED  [" in out
    rows = json.loads(run("prove", own, "--list", "--json")[1])["claims"]
    assert {row["id"]: row["expected"] for row in rows}["under"] == "PROVED UNDER"
    assert not any("verdict" in row for row in rows)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--refuted"], ["lost", "wrong"]),
        (["--only", "proved,proved under"], ["good", "under"]),
        (["--only", "CHECKED"], ["right"]),
        (["--only", "UNDECIDED"], []),
    ],
)
def test_only_what_is_asked_for_is_shown(run, own, options, shown):
    code, out, _ = run("prove", own, *options)
    assert code == 0
    assert re.findall(r"(\w+)  \[", out) == shown
    assert out.splitlines()[-1] == f"shown: {len(shown)}"
    assert [row["id"] for row in json.loads(run("prove", own, *options, "--json")[1])["claims"]] == shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "TRUE"], "'TRUE' is no verdict; they are PROVED, "),
        (["--only", "PROVED", "--refuted"], "give one of them"),
        (["--jobs", "0"], "--jobs '0': give an integer"),
        (["--limit", "soon"], "--limit 'soon': give an integer"),
        (["--report", "out.pdf"], "a name that ends in .html or .md"),
        (["--report", "no/such/folder/out.md"], "no such folder"),
    ],
)
def test_bad_options_are_refused_before_anything_is_run(run, own, options, message):
    code, out, err = run("prove", own, *options)
    assert (code, out) == (2, "")
    assert message in err


def test_the_solvers_opinion_is_shown_and_counted(run, own):
    code, out, _ = run("prove", own, "--smt")
    assert code == 0
    assert out.count("solvers: z3: 1 of 1 hold; cvc5: 1 of 1 hold") == 2
    assert "second opinion: z3: 2 of 2 hold; cvc5: 2 of 2 hold" in out
    found = {row["id"]: row for row in json.loads(run("prove", own, "--smt", "--json")[1])["claims"]}
    assert found["good"]["second_opinion"]["z3"] == {"holds": 1, "fails": 0, "unknown": 0}
    assert found["assumed"]["second_opinion"]["obligations"] == 0
    assert "second_opinion" not in json.loads(run("prove", own, "--json")[1])["claims"][0]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_every_step_is_written_as_a_file_that_solvers_read(run, own, tmp_path, jobs):
    folder = tmp_path / "new" / "smt"
    code, out, _ = run("prove", own, "--smt-files", folder, "--jobs", jobs)
    assert code == 0
    assert "SMT-LIB files: 2" in out
    assert sorted(path.name for path in folder.iterdir()) == ["good.1.smt2", "under.1.smt2"]
    for path in folder.iterdir():
        assert [decide(solver, path.read_text()) for solver in SOLVERS] == ["unsat", "unsat"]
    assert json.loads(run("prove", own, "--smt-files", folder, "--json")[1])["smt_files"] == 2


def test_a_file_is_no_folder_for_scripts(run, own, tmp_path):
    (tmp_path / "file").write_text("kept")
    code, out, err = run("prove", own, "--smt-files", tmp_path / "file")
    assert (code, out) == (2, "")
    assert "is a file; name a folder" in err
    assert (tmp_path / "file").read_text() == "kept"


def test_a_disagreement_exits_1_and_names_the_step(run, own, monkeypatch):
    own.write_text(OWN.replace('gap("u") + gap("v")', 'gap("u") - gap("v")'))
    assert run("prove", own)[0] == 1, "the steps themselves refuse it"
    for trusted in ("_coefficients_of_one_sign", "_has_positive_term"):
        monkeypatch.setattr(steps, trusted, lambda poly: True)
    assert run("prove", own)[0] == 0, "broken steps accept it"
    code, out, err = run("prove", own, "--smt")
    assert code == 1
    assert "z3: 0 of 1 hold, 1 FAIL" in out
    assert "good: cvc5 says that a step can fail: a step" in err


def test_jobs_change_nothing(run, own):
    alone = run("prove", own, "--smt")
    assert run("prove", own, "--smt", "--jobs", "2") == alone


@pytest.mark.parametrize("name", ["errata.html", "errata.md"])
def test_the_report_has_errors_first_then_what_is_proved(run, own, tmp_path, name):
    report = tmp_path / name
    code, out, _ = run("prove", own, "--smt", "--report", report)
    assert code == 0
    assert out.splitlines()[-1].endswith("the report")
    text = report.read_text(encoding="utf-8")
    parts = ["Errors (1)", "Misprints (1)", "What is proved (3)", "Textbook facts taken on trust (1)", "Assumed (1)"]
    places = [re.search(rf"^(?:<h2.*>|## ){re.escape(p)}", text.replace("\\", ""), re.MULTILINE).start() for p in parts]
    assert places == sorted(places)
    assert "<always>" not in text
    assert text.count("wrong.json") == 1
    assert run("prove", own, "--smt", "--report", tmp_path / f"again-{name}", "--jobs", "2")[0] == 0
    assert (tmp_path / f"again-{name}").read_text(encoding="utf-8") == text


def test_the_report_in_markdown_says_all_about_an_error(run, own, tmp_path):
    report = tmp_path / "errata.md"
    run("prove", own, "--report", report)
    entry = report.read_text(encoding="utf-8").split('<a id="claim-wrong"></a>')[1].split("\n\n##")[0]
    assert entry.splitlines() == [
        "Theorem 1.2 `wrong`",
        "",
        "- as printed:",
        "",
        r"  > a\*b \<= 1 holds \<always\>",
        "",
        r"- that is: Statement of wrong: a\*b \<= c\_1 \& \<more\>.",
        "- verdict: **REFUTED**",
        r"- counterexample: x = 1 \< 2",
        "- certificate: `exactmem check proofs/counterexamples/wrong.json` answers nothing: there is no such file",
        r"- corrected: **CHECKED** [`right`](#claim-right) Statement of right: a\*b \<= c\_1 \& \<more\>.",
        "- note: a bar may be lost",
    ]


def test_the_checker_is_asked_about_the_counterexamples(run, tmp_path):
    report = tmp_path / "errata.md"
    assert run("prove", "F.2-constant", "3.2-huang", "--report", report)[0] == 0
    text = report.read_text(encoding="utf-8")
    assert "`exactmem check proofs/counterexamples/F.2-constant.json` answers REFUTED" in text
    assert "`exactmem check proofs/counterexamples/3.2-huang.json` answers VERIFIED" in text


def test_what_is_refuted_against_expectation_is_in_the_report(run, own, tmp_path):
    own.write_text(OWN.replace('lambda: checked("all of them", "x = 1, 2")', 'lambda: refuted("x = 3")'))
    report = tmp_path / "errata.md"
    assert run("prove", own, "--report", report)[0] == 1
    text = report.read_text(encoding="utf-8")
    assert "Not as expected: right is REFUTED, not CHECKED." in text
    assert text.index("## Refuted against expectation (1)") < text.index("x = 3") < text.index("## Errors (1)")


def test_every_link_of_the_report_leads_somewhere(run, tmp_path):
    report = tmp_path / "errata.html"
    run("prove", "survey", "--report", report)
    text = report.read_text(encoding="utf-8")
    targets = re.findall(r'href="#([^"]*)"', text)
    names = re.findall(r'id="([^"]*)"', text)
    assert targets
    assert set(targets) <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["errata.html", "errata.md"])
def test_an_interrupt_leaves_no_report(run, own, tmp_path, name):
    own.write_text(
        OWN.replace('lambda: refuted("x = 2")', "stop").replace(
            "def positive", "def stop():\n    raise KeyboardInterrupt\n\ndef positive"
        )
    )
    assert run("prove", own, "--report", tmp_path / name)[0] == 130
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["own.py"]
