"""Whether a network memorizes data, certificates of it, and the independent checker's word on them."""

__all__ = ["Certificate", "CheckResult", "Failure", "Verification", "certificate", "check", "claimed", "load", "verify"]

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from exactmem.api.arguments import dataset_of, integer_of, network_of
from exactmem.border import Exact, outward, outward_row
from exactmem.certificates import checker
from exactmem.certificates.comparison import Difference, compare
from exactmem.certificates.reader import document_of, read_document
from exactmem.certificates.writing import memorization
from exactmem.certificates.writing.document import assemble, to_bytes, write_certificate
from exactmem.constructions.build import Construction
from exactmem.datasets import Dataset
from exactmem.decisions import decide
from exactmem.errors import CertificateError, UsageError, quoted
from exactmem.networks import Network
from exactmem.presentation import Shown, Table


@dataclass(frozen=True, repr=False)
class CheckResult(Shown):
    """A word, VERIFIED, REFUTED, MALFORMED or RESOURCE, with its detail; true only where the word is VERIFIED.

    `about` says how a certificate's dataset differs from the data that were given: a certificate about other data is
    not true either.
    """

    word: str
    detail: str
    about: Difference | None = None

    def __bool__(self) -> bool:
        return self.word == "VERIFIED" and (self.about is None or self.about.same)

    def __str__(self) -> str:
        return f"{self.word}: {self.detail}" + (f"; {self.about.sentence()}" if self.about is not None else "")

    def table(self) -> Table:
        """The verdict."""
        return Table(str(self), [])


class Failure(NamedTuple):
    """A sample that a network does not decide as its label says."""

    sample: int
    row: str
    expected: list[Exact]
    obtained: list[Exact]


@dataclass(frozen=True, repr=False)
class Verification(CheckResult):
    """What a network does on a dataset: how many samples fail, the first of them, and the smallest margin.

    `margin` is for `equal` minus the largest |f(x) - y|, for `argmax` the label's output minus the largest other one,
    for `sign` y f(x); `at` is its sample.
    """

    decision: str = "equal"
    N: int = 0
    failing: tuple[int, ...] = ()
    first: Failure | None = None
    margin: Exact = field(default_factory=Exact)
    at: int = 0

    def table(self) -> Table:
        """The verdict, the first failure and the smallest margin."""
        rows: list[tuple[str, Any]] = [("decision", self.decision), ("samples", self.N), ("failing", len(self.failing))]
        if self.first is not None:
            rows += [("first to fail", f"sample {self.first.sample} ({self.first.row})")]
            rows += [("expected", self.first.expected), ("obtained", self.first.obtained)]
        return Table(str(self), [*rows, ("smallest margin", f"{self.margin!r}, of sample {self.at}")])


def verify(net: Any, data: Any, decision: str = "equal") -> Verification:
    """Whether the network decides every sample as its label says, by exact evaluation.

    `decision` is "equal" (f(x) = y), "argmax" or "sign". ShapeError where dimensions differ, DatasetError for labels
    that the decision does not know. The independent checker is `check`.
    """
    samples = dataset_of(data)
    decided = decide(network_of(net), samples, decision)
    right = f"{samples.N - len(decided.failing)} of {samples.N} samples are right ({decision})"
    first = None
    if decided.failing:
        i = decided.failing[0]
        expected, obtained = outward_row(samples.labels[i]), outward_row(decided.outputs[i])
        first = Failure(i, samples.rows[i], expected, obtained)
        right += f"; the first to fail is {first.row}: expected {expected}, obtained {obtained}"
    return Verification(
        "VERIFIED" if decided.holds else "REFUTED",
        right,
        None,
        decision,
        samples.N,
        decided.failing,
        first,
        outward(decided.margins[decided.smallest]),
        decided.smallest,
    )


@dataclass(frozen=True, repr=False)
class Certificate(Shown):
    """A certificate of any kind as JSON data, with the network and the dataset it holds; its claim is not verified.

    `save` writes it whole or not at all, `check` asks the independent checker, `bytes(...)` is the file's content.
    """

    data: dict[str, Any]
    network: Network | None = None
    dataset: Dataset | None = None

    @property
    def claim(self) -> dict[str, Any]:
        """What the certificate claims."""
        return dict(self.data["claim"])

    def __bytes__(self) -> bytes:
        return to_bytes(self.data)

    def save(self, path: str | Path) -> Path:
        """Write the file whole or not at all and return its path; OutputError if it cannot be written."""
        write_certificate(path, self.data, "another path")
        return Path(path)

    def check(self, data: Any = None) -> CheckResult:
        """The independent checker's verdict, and whether the certificate is about the data, if given."""
        return check(self, data)

    def table(self) -> Table:
        """The claim and the sizes."""
        claim = self.claim
        sizes = claim.get("sizes", {}) if isinstance(claim.get("sizes"), dict) else {}
        rows = [(key, claim[key]) for key in ("kind", "decision", "source") if key in claim]
        title = f"certificate of kind {claim.get('kind')}, not checked"
        return Table(title, [*rows, *((key, value) for key, value in sizes.items())])


def certificate(net: Any, data: Any = None, decision: str | None = None) -> Certificate:
    """The certificate that the network decides every sample as its label says; of a construction without its data.

    The default decision is `equal`, for a construction its own.

    Raises CertificateError (witness: the Verification) where it does not, and errors as `verify`.
    """
    made = claimed(net, data, decision)
    asked = str(made.claim["decision"])
    if not (_own_data(net, data) and asked == _own_decision(net)):
        found = verify(made.network, made.dataset, asked)
        if not found:
            raise CertificateError(f"no certificate of what is false: {found.detail}", witness=found)
    return made


def claimed(net: Any, data: Any = None, decision: str | None = None) -> Certificate:
    """The certificate with that claim, whether it is true or not; the default decision is as for `certificate`."""
    own, decision = _own_data(net, data), decision or _own_decision(net)
    network, samples = network_of(net), dataset_of(net if data is None else data)
    if own:
        return Certificate(memorization.certificate(net, decision), network, samples)
    claim = memorization.memorization_claim(network, samples, "exactmem, a network of one's own", decision)
    return Certificate(assemble(network, samples, claim, "certificate", {}), network, samples)


def _own_decision(net: Any) -> str:
    """The sense in which a construction decides; `equal` for a network."""
    return net.decision if isinstance(net, Construction) else "equal"


def _own_data(net: Any, data: Any) -> bool:
    """Whether it is about a construction and the data it was made for."""
    return isinstance(net, Construction) and (data is None or data is net.dataset)


def load(path: str | Path) -> Certificate:
    """The certificate of any kind in a file; CertificateError naming the place when it is none. It is not checked."""
    document = read_document(path)
    return Certificate(document.data, document.network, document.dataset)


def check(source: Any, data: Any = None, **limits: int) -> CheckResult:
    """The independent checker's verdict on a certificate: a path, its bytes, or a Certificate.

    With `data` also whether the certificate's samples are those of a dataset. `limits` are the checker's, such as
    max_operations (FORMAT.md, section 9). Raises UsageError for other arguments, never for a bad certificate.
    """
    unknown = set(limits) - set(checker.Limits._fields)
    if unknown:
        raise UsageError(f"unknown limit {quoted(min(unknown))}: the limits are {', '.join(checker.Limits._fields)}")
    budget = checker.Limits(**{name: integer_of(value, name) for name, value in limits.items()})
    if not isinstance(source, str | Path | bytes | Certificate):
        raise UsageError(f"{quoted(source)} is no certificate: give a path, bytes, or what em.certificate returned")
    given = dataset_of(data) if data is not None else None
    if isinstance(source, str | Path):
        found = checker.check_file(str(source), budget)
    else:
        found = checker.check_bytes(bytes(source), budget)
    if given is None or found.word != "VERIFIED":
        return CheckResult(found.word, found.detail)
    own = source.dataset if isinstance(source, Certificate) else _dataset_in(source)
    if own is None:
        raise CertificateError("this certificate has no dataset to compare with the data")
    return CheckResult(found.word, found.detail, compare(own, given))


def _dataset_in(source: str | Path | bytes) -> Dataset | None:
    """The dataset of a certificate that the checker has verified."""
    if isinstance(source, bytes):
        return document_of(json.loads(source), "the certificate").dataset
    return read_document(source).dataset
