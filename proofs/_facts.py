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
EXTREME_VALUE = Fact(
    "extreme values",
    "a continuous function is bounded on a compact interval",
    "Rudin, Principles of Mathematical Analysis, 3rd ed., 4.15",
)
INTERVAL_ORDER = Fact(
    "order of intervals",
    "disjoint intervals that meet disjoint intervals, one to the right of the other, are ordered like them",
    "Rudin, Principles of Mathematical Analysis, 3rd ed., 2.47",
)
LOGARITHM = Fact("logarithm", "the logarithm increases", "Rudin, Principles of Mathematical Analysis, 3rd ed., 8.6")
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
