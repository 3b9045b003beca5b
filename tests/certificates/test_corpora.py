"""The corpora of the further kinds of claim: every file gets the verdict of its folder, by the bare checker too."""

import subprocess
import sys

import pytest

from exactmem.certificates import checker
from tests.certificates.corpus import make_existence_box as existence_box
from tests.certificates.corpus import make_gradient_rate as gradient_rate
from tests.certificates.corpus import make_needs_units as needs_units
from tests.certificates.corpus import make_output_range as output_range
from tests.certificates.corpus import make_piece_bound as piece_bound
from tests.certificates.corpus import make_sgd_constants as sgd_constants

FOLDERS = {"valid": ("VERIFIED", 0), "invalid": ("REFUTED", 1), "malformed": ("MALFORMED", 2)}
LEAST = {existence_box: 16, gradient_rate: 15, needs_units: 15, output_range: 12, piece_bound: 13, sgd_constants: 14}
every_corpus = pytest.mark.parametrize("corpus", LEAST, ids=lambda corpus: corpus.FOLDER.name)


def files(corpus, folder):
    return sorted((corpus.FOLDER / folder).glob("*.json"))


@every_corpus
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_the_verdict_of_its_folder(corpus, folder):
    assert len(files(corpus, folder)) >= LEAST[corpus]
    for file in files(corpus, folder):
        verdict = checker.check_file(str(file))
        assert (verdict.word, verdict.exit_code) == FOLDERS[folder], (file.name, verdict)


@every_corpus
def test_a_malformed_file_is_told_its_place(corpus):
    for file in files(corpus, "malformed"):
        assert checker.check_file(str(file)).detail.startswith(corpus.places()[file.stem]), file.name


@every_corpus
def test_the_files_are_those_the_generator_writes(corpus):
    on_disk = {f"{folder}/{path.name}": path.read_bytes() for folder in FOLDERS for path in files(corpus, folder)}
    assert on_disk == corpus.corpus()


@every_corpus
def test_the_checker_alone_checks_them(corpus, tmp_path):
    command = [sys.executable, "-IS", checker.__file__, *map(str, files(corpus, "valid"))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("VERIFIED") == len(files(corpus, "valid"))
