import inspect

import pytest

from exactmem.certificates.checking import sgd_inequalities
from exactmem.certificates.checking.verdicts import Refuted
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.ours import sgd_constants as proofs

CLAIMS = [proofs.conditions_imply_theorem, proofs.loss_condition]


@pytest.mark.parametrize("prove", CLAIMS, ids=lambda f: f.__name__)
def test_every_claim_is_proved(prove):
    assert prove().verdict == Verdict.PROVED


WEAKER = [  # what the checker compares, and a condition that says less
    ('c["tau"] * low >= factor', 'c["tau"] * low >= (factor - 1)'),
    ('2 * c["rho"] <= r', 'c["rho"] <= r'),
    ("denominator = factor", "denominator = (factor - 1)"),
    ('+ low * c["C_5"]', ""),
    ('2 * c["rho"] * denominator', 'c["rho"] * denominator'),
    ('2 * c["gamma"]', 'c["gamma"]'),
    ("* E * E <=", "* E <="),
    ('4 * B * c["lambda"] - low', '5 * B * c["lambda"] - low'),
    ('c["C"] >= 16', 'c["C"] >= 15'),
    ('2 * c["C_1"] >= second', '3 * c["C_1"] >= second'),
    ('2 * c["C_4"] >= 2', '2 * c["C_4"] >= 1'),
    ("third * (", "(third - third) * ("),
    ("k * (k - 1) * (k - 2)", "k * (k - 1)"),
    ("abs(c) * (k * (k - 1))", "c * (k * (k - 1))"),
]


@pytest.mark.parametrize(("old", "new"), WEAKER, ids=[new for _, new in WEAKER])
def test_a_weaker_condition_proves_nothing(old, new, monkeypatch):
    source = "\n\n".join(inspect.getsource(f) for f in (sgd_inequalities.loss_bounds, sgd_inequalities.check_formulas))
    assert source.count(old) == 1
    names = dict(vars(sgd_inequalities))
    exec(source.replace(old, new), names)
    monkeypatch.setattr(proofs, "check_formulas", names["check_formulas"])
    monkeypatch.setattr(proofs, "loss_bounds", names["loss_bounds"])
    with pytest.raises((ProofFailure, Refuted)):
        [prove() for prove in CLAIMS]
