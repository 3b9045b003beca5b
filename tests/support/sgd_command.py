"""`exactmem sgd` as a command."""

from exactmem.cli import main


def result(capsys, *argv):
    """(exit code, standard output, standard error) of one command."""
    capsys.readouterr()
    code = main(["sgd", *argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err
