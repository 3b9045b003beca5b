"""Lemma B.1 of Yun, Sra, Jadbabaie 2019: rank and null vector of the p x (p+1) matrix M_k of equation (7).

M_k has the entries (-1)^(l-1) for l < j, a_j in (-1, 1) for l = j, (-1)^l for j < l <= p, and 1 for l = p + 1
(derived from (1)-(6) in layer1_clipping). Everything is proved for every p >= 1, even or odd.
"""

import math
from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat
from sympy.polys.matrices import DomainMatrix

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import Expr, at_most, require_equal, require_positive, require_zero, sign_of
from exactmem.ledger.wording import names
from exactmem.proofs._facts import RANK_NULLITY
from exactmem.proofs.yun2019.theorem_3_1._notation import (
    SIGN_L,
    Entry,
    alternating,
    entry_rows,
    equation_7_matrix,
    layer1_output,
    show_signs,
)

SIZES = range(1, 9)

Factor = Callable[[Expr, Expr], Expr]

SIGN, ENTRY, ENTRY_NEXT, NU, NU_NEXT = names("s_l a_l a_(l+1) nu_l nu_(l+1)")
P, RANK, NULLITY = names("p rank(M_k) dim(null(M_k))")
SIZES_P = sp.Ge(P, 1)
INSIDE = sp.Interval.open(-1, 1)
PIVOT, FULL_RANK, NULL_LINE = ENTRY - SIGN, sp.Eq(RANK, P), sp.Eq(NULLITY, 1)
LOW, HIGH = 1 - SIGN * ENTRY, 1 + SIGN * ENTRY
Q_0, Q_P, NU_LAST = names("Q_0 Q_p nu_(p+1)")
LAST = sp.Eq(-2 * NU_LAST, Q_0 + (-1) ** P * Q_P)
RATIO = sp.Eq(NU_NEXT, LOW / (1 - SIGN * ENTRY_NEXT) * NU)


def below(l: Expr, a: Expr) -> Expr:
    """The factor 1 - s_l a_l, which enters nu_j for l < j."""
    return 1 - alternating(l) * a


def above(l: Expr, a: Expr) -> Expr:
    """The factor 1 + s_l a_l, which enters nu_j for l > j (with l + 1 for l it reads 1 - s_l a_{l+1})."""
    return 1 + alternating(l) * a


def null_vector(values: list[Any]) -> list[Any]:
    """nu_1..nu_{p+1} by the division-free formula: nu_j = prod_{l<j} (1 - s_l a_l) prod_{l>j} (1 + s_l a_l)."""
    p = len(values)
    low = [below(l, values[l - 1]) for l in range(1, p + 1)]
    high = [above(l, values[l - 1]) for l in range(1, p + 1)]
    first = [math.prod(low[: j - 1]) * math.prod(high[j:]) for j in range(1, p + 1)]
    return [*first, -(math.prod(high) + (-1) ** p * math.prod(low)) / 2]


def show_row_rank(entry: Entry = layer1_output) -> None:
    """Subtract the last column from odd columns, add it to even ones: upper triangular, nonzero diagonal.

    Of the p rows and p + 1 columns, the first p columns then are independent.
    """
    p, d = every(SIZES_P, "p", whole=True), tactics.positive_index("d")
    a = every(INSIDE, "a_l")
    at_most(1, p, "there is a first row")
    for parity, l in tactics.parities("n"):
        above, on, under = rows = [(1, l - 1), (l, l), (l + 1, p)]
        tactics.require_consecutive(rows, "rows above, on and below the diagonal")
        s = alternating(l)
        require_zero(entry(l + d, l, a) - s, f"{parity} column, rows j > l are cleared")
        pivot = taken(PIVOT, {SIGN: s, ENTRY: a})
        require_equal(entry(l, l, a) - s, pivot, f"{parity} column, the diagonal entry")
        require(sign_of(pivot) == -s, f"{parity} column, the diagonal entry a_l - s_l is nonzero")
        require_equal(entry(l - d, l, a) - s, -2 * s, f"{parity} column, rows j < l are as printed")
        columns = sum(last - first + 1 for first, last in (above, on, under))
        holds(FULL_RANK, "a pivot in each of the columns 1 to p, and no more rows", {RANK: columns, P: p})
        holds(NULL_LINE, "p + 1 columns without the rank", {NULLITY: p + 1 - columns})


def show_row_differences(entry: Entry = layer1_output) -> None:
    """Row j minus row j+1 (j < p) is a_j - s_j in column j, s_j - a_{j+1} in column j+1 and 0 elsewhere."""
    p, d = every(SIZES_P, "p", whole=True), tactics.positive_index("d")
    a = every(INSIDE, "a_l")
    at_most(1, p, "there is a first row")
    for parity, l in tactics.parities("n"):
        rows = [(1, l - 2), (l - 1, l - 1), (l, l), (l + 1, p - 1)]
        tactics.require_consecutive(rows, "rows j < l-1, j = l-1, j = l, j > l")

        def difference(j: Expr, l: Expr = l) -> Expr:
            return entry(j, l, a) - entry(j + 1, l, a)

        require_zero(difference(l - 1 - d), f"{parity} column, j < l - 1")
        require_equal(difference(l - 1), alternating(l - 1) - a, f"{parity} column, j = l - 1")
        require_equal(difference(l), a - alternating(l), f"{parity} column, j = l")
        require_zero(difference(l + d), f"{parity} column, j > l")


def show_chain(entry: Entry = layer1_output) -> None:
    """From row differences: nu_{j+1}/nu_j is a positive number for both parities of j."""
    show_row_differences(entry)
    x = tactics.gap("nu_j")
    a, a_next = every(INSIDE, "a_j"), every(INSIDE, "a_(j+1)")
    for parity, j in tactics.parities("n"):
        coefficient = entry(j, j, a) - entry(j + 1, j, a)
        next_coefficient = entry(j, j + 1, a_next) - entry(j + 1, j + 1, a_next)
        require(sign_of(next_coefficient) != 0, f"{parity} j: nu_(j+1) is determined by nu_j (0 by 0)")
        x_next = -coefficient * x / next_coefficient
        given = {NU: x, NU_NEXT: x_next, SIGN: alternating(j), ENTRY: a, ENTRY_NEXT: a_next}
        holds(RATIO, f"{parity} j: nu_(j+1) from nu_j", given)
        require_positive(x_next, f"{parity} j: nu_j > 0 gives nu_(j+1) > 0")


def show_product_formula(low: Factor = below, high: Factor = above, entry: Entry = layer1_output) -> None:
    """The division-free nu has positive first p components and solves every row of M_k nu = 0."""
    show_row_differences(entry)
    left, right = tactics.gap("prod_{l<j} low"), tactics.gap("prod_{l>j+1} high")
    a, a_next = tactics.unit_interval_value("j"), tactics.unit_interval_value("j+1")
    for parity, j in tactics.parities("n"):
        require_positive(low(j, a), f"{parity} j: factor below")
        require_positive(high(j, a), f"{parity} j: factor above")
        nu = left * high(j + 1, a_next) * right
        nu_next = left * low(j, a) * right
        row = (a - alternating(j)) * nu + (alternating(j) - a_next) * nu_next
        require_zero(row, f"{parity} j: row difference j applied to nu")
    show_last_row(low, high, entry)


def show_last_row(low: Factor, high: Factor, entry: Entry) -> None:
    """Row p of M_k nu = 0, by telescoping with Q_j = prod_{l<=j} low_l prod_{l>j} high_l.

    nu_l = (Q_l + Q_{l-1})/2 because low_l + high_l = 2, hence sum_{l<p} s_l nu_l = (s_{p-1} Q_{p-1} + Q_0)/2.
    """
    q_function = sp.Function("Q")
    telescoped = tactics.telescoping_sum(
        lambda l: alternating(l) * (q_function(l) + q_function(l - 1)) / 2,
        lambda l: alternating(l) * q_function(l) / 2,
        "sum of s_l nu_l",
    )
    d, q_zero, left = tactics.positive_index("d"), tactics.gap("Q_0"), tactics.gap("prod_{l<p} low")
    a, a_last = tactics.unit_interval_value("l"), tactics.unit_interval_value("p")
    for parity, l in tactics.parities("n"):
        require_equal(low(l, a) + high(l, a), 2, f"{parity} l: low_l + high_l = 2")
        require_equal(entry(l + d, l, a), alternating(l), f"{parity} l: row p > l holds s_l in column l")
    for parity, p in tactics.parities("n"):
        before = telescoped(1, p - 1).subs({q_function(p - 1): left * high(p, a_last), q_function(0): q_zero})
        q_last = left * low(p, a_last)
        last = -(q_zero + tactics.minus_one_to(p) * q_last) / 2
        holds(LAST, f"{parity} p: the last component", {P: p, Q_0: q_zero, Q_P: q_last, NU_LAST: last})
        require_zero(before + entry(p, p, a_last) * left + last, f"{parity} p: row p applied to nu")


def check_size(p: int, formula: Callable[[list[Any]], list[Any]] = null_vector) -> None:
    """Exact rank, minor and null space of M_k over the field Q(a_1, ..., a_p)."""
    field = sp.QQ.frac_field(*sp.symbols(f"a1:{p + 1}"))
    values = list(field.gens)
    rows = [[field.convert(x) for x in row] for row in entry_rows(values)]
    matrix = DomainMatrix(rows, (p, p + 1), field)
    require(matrix.rank() == p, f"p = {p}: rank over Q(a_1..a_p)")
    null_space = matrix.nullspace().to_list()
    require(len(null_space) == 1, f"p = {p}: nullity 1")
    nu = formula(values)
    ratio = nu[0] / null_space[0][0]
    agree = [found * ratio == stated for found, stated in zip(null_space[0], nu, strict=True)]
    require(all(agree), f"p = {p}: the null space is spanned by the product formula")
    triangular = [[rows[j][l] - alternating(l + 1) for l in range(p)] for j in range(p)]
    minor = DomainMatrix(triangular, (p, p), field).det()
    diagonal = math.prod(values[l] - alternating(l + 1) for l in range(p))
    require(minor == diagonal, f"p = {p}: the p x p minor is prod (a_l - s_l), nonzero on (-1, 1)^p")


@claim(
    id="B.1-column-rank",
    theorem="3.1",
    source=PAPER,
    place="Lemma B.1 (1)",
    statement="M_k has full column rank.",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="M_k has full column rank.",
    note="M_k has p rows and p + 1 columns; the use made of the lemma is of full row rank, and the proof gives it.",
)
def full_column_rank() -> Result:
    """Hypotheses: p = q = 2, samples c = 1, 2, 3, 4 with delta = 1, k = 1 (a legal instance, p and q even).

    Line: M_1 is computed from the printed weights of layer 1; its rank by flint and by sympy is 2, and a matrix
    with p rows has rank at most p < p + 1 columns.
    Conclusion: the column rank is never full; "row" has to be read.
    """
    rows = equation_7_matrix([fmpq(i) for i in range(6)], 2, 2, 1)
    expected_rows = [[fmpq(-1, 2), fmpq(1), fmpq(1)], [fmpq(1), fmpq(-1, 2), fmpq(1)]]
    require(rows == expected_rows, "M_1 of the data 1, 2, 3, 4 is as stated")
    matrix = fmpq_mat(rows)
    rank = matrix.rank()
    symbolic = sp.Matrix([[sp.Rational(int(x.p), int(x.q)) for x in row] for row in rows])
    require(rank == symbolic.rank() == 2, "flint and sympy agree on the rank")
    require(rank < matrix.ncols(), "the rank is smaller than the number of columns")
    return refuted("c = (1, 2, 3, 4), p = q = 2, k = 1: M_1 = [[-1/2, 1, 1], [1, -1/2, 1]] has rank 2 < 3 columns")


@claim(
    id="B.1-rank",
    theorem="3.1",
    source=PAPER,
    place="Lemma B.1 (1), corrected",
    statement=(
        "M_k has full row rank, {}, and {}, for every {} and all a_1, ..., a_p in {}: the last column times "
        "s_l = {}, subtracted from column l, leaves a triangle with the pivots {}."
    ),
    formulas=[FULL_RANK, NULL_LINE, SIZES_P, INSIDE, SIGN_L, PIVOT],
    expected=Verdict.PROVED,
    coq="LemmaB1.lemma_B_1",
    corrects="B.1-column-rank",
)
def row_rank() -> Result:
    """Hypotheses: -1 < a_l < 1 for every l; p >= 1 any integer; the entry formulas of M_k.

    Line: for symbolic l of either parity and every row j (above, on, below the diagonal), subtracting s_l times
    the last column from column l leaves an upper triangular p x p block with diagonal a_l - s_l != 0.
    Conclusion: p independent columns, hence rank p and nullity (p + 1) - p = 1.
    """
    show_signs()
    show_row_rank()
    return proved(
        "column operation with the last column; symbolic row and column indices, both parities of l",
        assumes=[RANK_NULLITY],
    )


@claim(
    id="B.1-null-vector",
    theorem="3.1",
    source=PAPER,
    place="Lemma B.1 (2)",
    statement=(
        "The first p components of every nonzero null vector of M_k are nonzero and of one sign (every {}), as "
        "{} with s_l = {} and a_1, ..., a_p in {}."
    ),
    formulas=[SIZES_P, RATIO, SIGN_L, INSIDE],
    expected=Verdict.PROVED,
    coq="LemmaB1.lemma_B_1",
)
def null_vector_sign() -> Result:
    """Hypotheses: as for the rank; nu a nonzero vector of null(M_k).

    Line: row j minus row j+1 is bidiagonal and gives nu_{j+1} = (positive number) nu_j for both parities of j.
    Induction: nu_1 = 0 would make nu_1 = ... = nu_p = 0 and, by row p (last entry 1), nu = 0; nu_1 > 0 (scaling)
    gives nu_j > 0 for j = 1, ..., p.
    Conclusion: nu_1, ..., nu_p are strictly of one sign.
    """
    show_signs()
    show_chain()
    return proved("bidiagonal row differences for symbolic j and l, induction over j", assumes=[RANK_NULLITY])


@claim(
    id="B.1-null-vector-formula",
    theorem="3.1",
    source=PAPER,
    place="Lemma B.1 (2), made explicit",
    statement=(
        "With s_l = {}, the numbers nu_j, products of {} over l < j and of {} over l > j, are positive for "
        "j <= p and, with {}, where Q_0 and Q_p are the products of {} and of {} over all l <= p, a null vector of M_k."
    ),
    formulas=[SIGN_L, LOW, HIGH, LAST, HIGH, LOW],
    expected=Verdict.PROVED,
)
def null_vector_formula() -> Result:
    """Hypotheses: as for the rank.

    Line: each factor is positive; the ratio of neighbours solves row difference j, for symbolic j of either
    parity; row p telescopes through Q_j = prod_{l<=j} (1 - s_l a_l) prod_{l>j} (1 + s_l a_l).
    Conclusion: the explicit vector is in the null space and positive in its first p components.
    """
    show_signs()
    show_product_formula()
    for parity, l in tactics.parities("n"):
        a = sp.Symbol("a")
        for printed, used in ((LOW, below), (HIGH, above)):
            value = taken(printed, {SIGN: alternating(l), ENTRY: a})
            require_equal(value, used(l, a), f"{parity} l: the factors as printed")
    return proved("ratio identity for symbolic j, telescoping of the last row", assumes=[RANK_NULLITY])


@claim(
    id="B.1-small",
    theorem="3.1",
    source=PAPER,
    place="Lemma B.1, corrected",
    statement="Rank p, nullity 1, the null vector formula and the p x p minor, with symbolic a_1, ..., a_p.",
    expected=Verdict.CHECKED,
)
def small_sizes() -> Result:
    """Hypotheses: a_1, ..., a_p algebraically independent symbols.

    Line: exact rank and null space over the field Q(a_1, ..., a_p); the null space is compared with the product
    formula; the minor prod (a_l - s_l) shows that the rank p holds at every point of (-1, 1)^p.
    Conclusion: the lemma (corrected) for the listed p.
    """
    for p in SIZES:
        check_size(p)
    return checked("sympy DomainMatrix over Q(a_1, ..., a_p)", f"p = {', '.join(map(str, SIZES))}")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
