"""The author response on recurrent networks: its toy example, that a small W' changes the output much."""

import sympy as sp

from exactmem.ledger.claims import OURS, Kind, Result, Verdict, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, taken
from exactmem.ledger.steps import SIGNS, Expr, gap, less, require_equal, require_nonnegative, slack
from exactmem.ledger.wording import names

RESPONSE = "author response on recurrent networks"
PLACE = "toy example"
QUOTED = 1000
"""The factor c in w' = (c/sqrt m) a."""


def update(c: Expr, square: Expr, m: Expr) -> tuple[Expr, Expr]:
    """(<a, w'>, ||w'||^2) for w' = (c/sqrt m) a and ||a||^2 = square."""
    return c * square / sp.sqrt(m), c**2 * square / m


SIZE, WIDTH, MOVED, START, TIMES = names("||a|| m ||w'|| ||w|| k")
MEAN = sp.Symbol("the mean of <a, w>^2")
MEAN_SQUARE = sp.Eq(MEAN, SIZE**2)
CHANGE, FULL_CHANGE = update(sp.Integer(QUOTED), SIZE**2, WIDTH)[0], QUOTED * sp.sqrt(WIDTH)
SMALLER = sp.Lt(MOVED, START)
PART, FROM = sp.Le(MOVED, START / TIMES), sp.Ge(WIDTH, QUOTED**2 * TIMES**2)


@claim(
    id="toy-inner-product",
    source=RESPONSE,
    place=f"{PLACE}, <a, w + w'>",
    statement="w' = (1000/sqrt m) a changes the inner product with a by {}, by {} where ||a||^2 = m.",
    formulas=[CHANGE, FULL_CHANGE],
    expected=Verdict.PROVED,
)
def inner_product() -> Result:
    """Hypotheses: ||a||^2 = m, as for all vectors of entries 1 and -1.

    Line: <a, w'> = (c/sqrt m) ||a||^2 = c sqrt m, and ||w'||^2 = (c^2/m) ||a||^2 = c^2.
    Conclusion: the change is c sqrt m, whatever w is.
    """
    m, c = gap("m"), gap("c")
    change, square = update(c, m, m)
    require_equal(change, c * sp.sqrt(m), "<a, w'>")
    require_equal(square, c**2, "||w'||^2")
    printed = taken(CHANGE, {SIZE**2: m, WIDTH: m})
    require_equal(printed, change.subs(c, QUOTED), "the printed change at ||a||^2 = m")
    require_equal(printed, taken(FULL_CHANGE, {WIDTH: m}), "1000 sqrt m")
    entries = sp.Matrix(sp.symbols("a1:4", real=True))
    moved = c / sp.sqrt(m) * entries
    require_equal(entries.dot(moved), update(c, entries.dot(entries), m)[0], "written out for three entries")
    require_equal(moved.dot(moved), update(c, entries.dot(entries), m)[1], "and the norm")
    return proved("one line, for every m and c")


@claim(
    id="toy-cancellation",
    source=RESPONSE,
    place=f"{PLACE}, |<a, w>|",
    statement="|<a, w>| is about sqrt m: over all w of entries 1 and -1 {}, which is m for a of such entries.",
    formulas=[MEAN_SQUARE],
    expected=Verdict.PROVED,
)
def cancellation() -> Result:
    """Hypotheses: w runs over all sign vectors.

    Line: induction on m. With one entry b more, either sign of it makes s = <a, w> to s + b and s - b, and the mean of
    their squares is s^2 + b^2.
    Conclusion: the mean is ||a||^2, m for sign vectors a.
    """
    s, b, squares = sp.symbols("s b ||a||^2", real=True)
    holds(MEAN_SQUARE, "no entry", {MEAN: 0, SIZE: 0})
    mean = sp.expand(sum((s + sign * b) ** 2 for sign in SIGNS) / sp.Integer(len(SIGNS)))
    holds(MEAN_SQUARE, "one entry more", {MEAN: mean.subs(s**2, squares), SIZE**2: squares + b**2})
    return proved("induction over the entries; both signs of the last one")


@claim(
    id="toy-much-smaller",
    source=RESPONSE,
    place=f"{PLACE}, ||w'|| << ||w||",
    statement="For vectors w, a of norm sqrt m and w' = (1000/sqrt m) a, {}, and by much.",
    formulas=[SMALLER],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="which is very different from <a, w> but ||w'|| << ||w||",
    note="The sentence names no m; it holds from some m on.",
)
def much_smaller() -> Result:
    """Hypotheses: ||a||^2 = ||w||^2 = m.

    Line: ||w'||^2 = 10^6 for every m; for m <= 10^6 that is at least ||w||^2.
    Conclusion: false as worded for all m up to 10^6: there w' is not smaller than w at all.
    """
    m = gap("m")
    _, square = update(sp.Integer(QUOTED), m, m)
    require(square == 10**6, "||w'||^2 = 10^6, whatever m is")
    for size in (1, 100, 10**6):
        fails(SMALLER, f"m = {size}: ||w'|| >= ||w||", {MOVED: sp.sqrt(square), START: sp.sqrt(size)})
    return refuted("m = 10^6, entries 1 and -1: ||w'|| = 1000 = ||w||; for m = 100 it is 100 times ||w||")


@claim(
    id="toy-from-which-m",
    source=OURS,
    place=f"{PLACE}, corrected",
    statement="{} if and only if {}: below ||w|| for m > 10^6, a tenth from m = 10^8 on.",
    formulas=[PART, FROM],
    expected=Verdict.PROVED,
    corrects="toy-much-smaller",
    by=[inner_product],
)
def from_which_m() -> Result:
    """Hypotheses: ||a||^2 = ||w||^2 = m, k > 0.

    Line: k^2 ||w'||^2 = 10^6 k^2, which is at most m = ||w||^2 exactly for m >= 10^6 k^2.
    Conclusion: with k = 10, m >= 10^8; the ratio is 1000/sqrt m.
    """
    k, more, m = gap("k"), slack("g"), gap("m")
    moved = sp.sqrt(update(sp.Integer(QUOTED), m, m)[1])
    least = taken(FROM, {TIMES: k}).rhs
    root = sp.sqrt(least)
    norm = root + more  # ||w|| = sqrt(m), where m >= 10^6 k^2
    require_nonnegative(norm**2 - least, "this m is at least 10^6 k^2")
    holds(PART, "from m = 10^6 k^2 on", {MOVED: moved, START: norm, TIMES: k})
    short = root / (1 + gap("h"))
    less(short**2, least, "this m is less than 10^6 k^2")
    fails(PART, "below it k ||w'|| exceeds ||w||", {MOVED: moved, START: short, TIMES: k})
    return proved("both sides of the bound")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
