"""An inequality that a claim prints, turned round, makes its proof fail: hypotheses and bounds have a direction."""

import sys
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from exactmem.ledger import running
from exactmem.ledger.claims import Steps, Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.wording import said

OPPOSITE = {sp.Le: sp.Ge, sp.Lt: sp.Gt, sp.Ge: sp.Le, sp.Gt: sp.Lt}
ROWS = [
    row
    for row in ledger()
    if row.script.startswith("yun2019")
    and row.expected is Verdict.PROVED
    and any(type(formula) in OPPOSITE for formula in row.formulas)
]


def turned(relation: Any) -> Any:
    """The relation with the opposite sign between its sides."""
    return OPPOSITE[type(relation)](*relation.args, evaluate=False)


def put_in(patch: pytest.MonkeyPatch, old: Any, new: Any) -> None:
    """Put the new formula wherever a script holds the old one, by itself or in a list or dict."""
    for module in [module for name, module in sys.modules.items() if name.startswith("exactmem.proofs")]:
        for name, value in list(vars(module).items()):
            if value is old:
                patch.setattr(module, name, new)
            elif isinstance(value, list | tuple) and any(item is old for item in value):
                patch.setattr(module, name, type(value)(new if item is old else item for item in value))
            elif isinstance(value, dict) and any(item is old for item in value.values()):
                patch.setattr(module, name, {key: new if item is old else item for key, item in value.items()})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_an_inequality_turned_round_is_not_proved(row):
    for formula in dict.fromkeys(row.formulas):
        if type(formula) in OPPOSITE:
            wrong = turned(formula)
            formulas = tuple(wrong if other is formula else other for other in row.formulas)
            with pytest.MonkeyPatch.context() as patch:
                put_in(patch, formula, wrong)
                outcome = running.run(replace(row, formulas=formulas))
            by_itself = wrong in Steps.formulas  # else a premise proves it, and has its own case here
            assert outcome.result.verdict is Verdict.UNDECIDED or not by_itself, said(wrong)
