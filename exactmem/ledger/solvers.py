"""Two solvers as a second opinion on the obligations of a proof: z3 and cvc5, each with a stated limit of work.

Both come with the extra `smt`. They are asked through SMT-LIB text alone, so any other solver could take their place.
"""

__all__ = [
    "CVC5_UNITS",
    "FAILS",
    "HOLDS",
    "MILLISECONDS",
    "SOLVERS",
    "UNKNOWN",
    "Z3_UNITS",
    "Disagreement",
    "SecondOpinion",
    "decide",
    "second_opinion",
]

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from exactmem.extras import package
from exactmem.ledger.obligations import Obligation
from exactmem.ledger.smt import NotExported, Script, script

Z3_UNITS = 10_000_000
"""The work that z3 may do on one question, in its own units ("rlimit"); the same on every machine."""
CVC5_UNITS = 1_000_000
"""The work that cvc5 may do on one question, in its own units ("rlimit-per")."""
MILLISECONDS = 20_000
"""The time that either may take on one question, in case its units run slower than thought."""

HOLDS, FAILS, UNKNOWN = "holds", "fails", "unknown"


@dataclass(frozen=True)
class Disagreement:
    """A solver's answer that an accepted obligation can fail, with the script it was asked."""

    solver: str
    step: str
    script: str


@dataclass
class SecondOpinion:
    """What the solvers say of one claim's obligations: per solver how many hold, fail and stay unknown."""

    obligations: int
    not_exported: dict[str, int] = field(default_factory=dict)
    answers: dict[str, Counter[str]] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)

    @classmethod
    def of_all(cls, opinions: Iterable["SecondOpinion"]) -> "SecondOpinion":
        """The opinions of several claims as one."""
        together = cls(0)
        for opinion in opinions:
            together.obligations += opinion.obligations
            together.not_exported = dict(Counter(together.not_exported) + Counter(opinion.not_exported))
            for name, counts in opinion.answers.items():
                together.answers[name] = together.answers.get(name, Counter()) + counts
            together.disagreements += opinion.disagreements
        return together

    def to_json(self) -> dict[str, Any]:
        """For `exactmem prove --smt --json`."""
        return {
            "obligations": self.obligations,
            "not_exported": self.not_exported,
            **{
                name: {answer: counts[answer] for answer in (HOLDS, FAILS, UNKNOWN)}
                for name, counts in self.answers.items()
            },
            "disagreements": [vars(d) for d in self.disagreements],
        }

    def __str__(self) -> str:
        """One line for a terminal; agreement is claimed for what a solver decided and for nothing else."""
        asked = self.obligations - sum(self.not_exported.values())
        parts = [f"{name}: {_told(counts, asked)}" for name, counts in self.answers.items() if asked]
        parts += [f"{count} not exported ({reason})" for reason, count in self.not_exported.items()]
        return "; ".join(parts) or "no step was recorded"


def _told(counts: Counter[str], asked: int) -> str:
    rest = "".join(
        f", {counts[answer]} {told}" for answer, told in ((FAILS, "FAIL"), (UNKNOWN, "unknown")) if counts[answer]
    )
    return f"{counts[HOLDS]} of {asked} hold{rest}"


def second_opinion(obligations: Iterable[Obligation]) -> SecondOpinion:
    """What both solvers say of the obligations; UsageError where one is not installed."""
    obligations = list(obligations)
    opinion = SecondOpinion(len(obligations), answers={name: Counter() for name in SOLVERS})
    for obligation in obligations:
        try:
            questions = _questions(obligation)
        except NotExported as reason:
            opinion.not_exported[str(reason)] = opinion.not_exported.get(str(reason), 0) + 1
            continue
        for name, counts in opinion.answers.items():
            answer = _answer(name, questions)
            counts[answer] += 1
            if answer == FAILS:
                opinion.disagreements.append(Disagreement(name, obligation.step, questions[-1].text))
    return opinion


def _questions(obligation: Obligation) -> list[Script]:
    """The question about reals, and the one about the integers that it stands for if there are any."""
    relaxed = script(obligation)
    return [relaxed] if relaxed.exact else [relaxed, script(obligation, relaxed=False)]


def _answer(solver: str, questions: list[Script]) -> str:
    for question in questions:
        told = decide(solver, question.text)
        if told == "unsat":
            return HOLDS
        if told == "sat" and question.exact:
            return FAILS
    return UNKNOWN


@lru_cache(maxsize=4096)
def decide(solver: str, text: str) -> str:
    """`unsat`, `sat` or `unknown`: the solver's answer to a script; UsageError where it is not installed."""
    return SOLVERS[solver](text)


def _z3(text: str) -> str:
    z3 = package("z3", "second opinions by z3", "z3-solver")
    # A context of its own, so that no answer depends on what was asked before.
    context = z3.Context()
    solver = z3.SolverFor("QF_NRA", ctx=context) if "(set-logic QF_NRA)" in text else z3.Solver(ctx=context)
    solver.set("rlimit", Z3_UNITS)
    solver.set("timeout", MILLISECONDS)
    solver.from_string(text)
    return str(solver.check())


def _cvc5(text: str) -> str:
    cvc5 = package("cvc5", "second opinions by cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("rlimit-per", str(CVC5_UNITS))
    solver.setOption("tlimit-per", str(MILLISECONDS))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "obligation")
    symbols = parser.getSymbolManager()
    answer = ""
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(solver, symbols)).strip() or answer
    return answer if answer in ("sat", "unsat") else "unknown"


SOLVERS = {"z3": _z3, "cvc5": _cvc5}
