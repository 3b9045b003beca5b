"""The textbook facts that proofs take on trust, each with the place where it is proved."""

from exactmem.ledger.claims import Fact

CAUCHY_SCHWARZ = Fact(
    "Cauchy-Schwarz and triangle inequality",
    "|u . v| <= ||u|| ||v|| and ||u + v|| <= ||u|| + ||v||",
    "Axler, Linear Algebra Done Right, 3rd ed., 6.15 and 6.18",
)
CUT_SETS = Fact(
    "cut sets",
    "a union of finite sets has at most as many elements as they have together; a convex set of reals is an interval",
    "Rudin, Principles of Mathematical Analysis, 3rd ed., 2.47 for the intervals",
)
PROJECTION = Fact(
    "injective projection",
    "finitely many distinct points have an injective linear projection to a line",
    "a space over an infinite field is no finite union of hyperplanes",
)
INDEPENDENT_ROWS = Fact(
    "independent rows",
    "a linear system with independent rows has a solution for every right-hand side",
    "Axler, Linear Algebra Done Right, 3rd ed., 3.22",
)
INTERVAL_ORDER = Fact(
    "order of intervals",
    "disjoint intervals that meet disjoint intervals, one to the right of the other, are ordered like them",
    "Rudin, Principles of Mathematical Analysis, 3rd ed., 2.47",
)
LOGARITHM = Fact("logarithm", "the logarithm increases", "Rudin, Principles of Mathematical Analysis, 3rd ed., 8.6")
NULL_SETS = Fact(
    "null sets",
    "a locally Lipschitz map takes R^m to a Lebesgue null set of R^N if m < N; finite unions of null sets are null",
    "Rudin, Real and Complex Analysis, 3rd ed., 7.25",
)
OPERATOR_NORMS = Fact(
    "operator norms",
    "||M v|| <= ||M|| ||v||; ||A B|| <= ||A|| ||B||; the Frobenius norm bounds the operator norm",
    "Horn, Johnson, Matrix Analysis, 2nd ed., 5.6",
)
NORMS = (CAUCHY_SCHWARZ, OPERATOR_NORMS)
PRODUCT_RANK = Fact(
    "rank of a product",
    "rank(A B) is at most the number of columns of A",
    "Horn, Johnson, Matrix Analysis, 2nd ed., 0.4.5",
)
RANK_NULLITY = Fact(
    "rank and nullity",
    "rank + nullity = number of columns; a row on which every null vector of given rows vanishes is in their span; "
    "invertible operations keep rank and null space",
    "Axler, Linear Algebra Done Right, 3rd ed., 3.22",
)
SPECTRAL_THEOREM = Fact(
    "spectral theorem",
    "a symmetric matrix has an orthonormal basis of eigenvectors; its norm is the largest |eigenvalue|",
    "Axler, Linear Algebra Done Right, 3rd ed., 7.29",
)
SYMMETRIC_RANGE = Fact(
    "range of a symmetric matrix",
    "range(H) = ker(H)^perp for symmetric H",
    "Axler, Linear Algebra Done Right, 3rd ed., 7.7",
)
TAYLOR = Fact(
    "Taylor",
    "Taylor's formula with integral remainder, for C^3 functions",
    "Spivak, Calculus, 3rd ed., chapter 20",
)
