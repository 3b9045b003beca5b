"""Whether a certificate is about some data: its samples against the data's rows, as sets."""

__all__ = ["Difference", "compare"]

from dataclasses import dataclass

from exactmem.datasets import Dataset
from exactmem.presentation import amount


@dataclass(frozen=True)
class Difference:
    """How a certificate's dataset differs from given data.

    `missing` names the data's rows whose input the certificate does not have, `relabelled` those whose label it has
    otherwise, `extra` the certificate's samples (from 0) whose input the data do not have.
    """

    missing: tuple[str, ...]
    relabelled: tuple[str, ...]
    extra: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Whether both are the same set of samples."""
        return not (self.missing or self.relabelled or self.extra)

    def sentence(self) -> str:
        """The difference in words, with the first of the rows."""
        if self.same:
            return "the same data"
        counts = [
            _counted(self.missing, "row", "missing"),
            _counted(self.relabelled, "row", "with another label"),
            _counted([f"sample {i}" for i in self.extra], "sample", "that the data do not have"),
        ]
        return f"other data: {'; '.join(text for text in counts if text)}"


def _counted(names: "tuple[str, ...] | list[str]", what: str, how: str) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return f"{amount(len(names), what)} {how} ({shown})"


def compare(certified: Dataset, data: Dataset) -> Difference:
    """The difference between a certificate's dataset and the data; dimensions may differ, and then everything does."""
    own = dict(zip(certified.inputs, certified.labels, strict=True))
    given = set(data.inputs)
    rows = list(zip(data.rows, data.inputs, data.labels, strict=True))
    return Difference(
        tuple(name for name, x, _ in rows if x not in own),
        tuple(name for name, x, y in rows if x in own and own[x] != y),
        tuple(i for i, x in enumerate(certified.inputs) if x not in given),
    )
