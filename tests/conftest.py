"""For every test: Hypothesis without deadline and with the same examples on every run; the command line as `run`."""

import os

import pytest
from hypothesis import HealthCheck, settings

from exactmem.cli import main

settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("thorough", parent=settings.get_profile("default"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("EXACTMEM_HYPOTHESIS", "default"))


@pytest.fixture
def run(capsys):
    """The command line: (exit code, standard output, standard error) for its arguments."""

    def run_command(*arguments):
        code = main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command
