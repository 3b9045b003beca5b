"""For the tests of `exactmem sgd`: certificates of tiny networks, built once."""

import pytest

from exactmem.cli import main

DATA = {"three": "x,y\n1,0.5\n2,-0.25\n4,1\n", "six": "x,y\n1,0.5\n2,-0.25\n4,1\n5,0\n7,1/3\n9,-1\n"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """The paths of Theorem 3.1 certificates by (data, activation), for `exactmem sgd`."""
    folder = tmp_path_factory.mktemp("certificates")
    made = {}
    for name, text in DATA.items():
        (folder / f"{name}.csv").write_text(text)
        for activation in ("hard-tanh", "relu"):
            path = folder / f"{name}-{activation}.json"
            command = ["build", str(folder / f"{name}.csv"), "--theorem", "3.1", "--activation", activation]
            assert main([*command, "-o", str(path)]) == 0
            made[name, activation] = str(path)
    return made
