"""The state of a run of `exactmem sgd` in a file, from which the run goes on exactly as if it had not stopped."""

__all__ = ["FORMAT", "Keeper", "State", "check_identity", "read_state", "terminated_as_interrupted", "write_state"]

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flint import fmpq, fmpz

from exactmem.certificates.writing.document import digest, to_bytes
from exactmem.errors import CertificateError, UsageError, quoted
from exactmem.files import read_json, write_whole
from exactmem.rationals import Rational, rational, to_text
from exactmem.sgd.rounded import MAX_FRACTIONAL_BITS, RoundedStepper
from exactmem.sgd.trajectory import Epoch, ExactStepper, Run

FORMAT = "exactmem-sgd-state"


@dataclass(frozen=True)
class State:
    """A run after a whole epoch: its record, its iterate, and the fractional bits of rounded steps."""

    run: Run
    xi: list[Rational]
    fractional_bits: int | None


class Keeper:
    """Remembers a run's last whole epoch while the run goes on."""

    def __init__(self, stepper: ExactStepper | RoundedStepper) -> None:
        self.stepper = stepper
        self.latest: tuple[Run, int, dict[str, list[int]], list[Rational], int | None] | None = None

    def remember(self, run: Run) -> None:
        """Take note of the run after a whole epoch, in one assignment: an interruption leaves the epoch before."""
        counts = {name: list(tally) for name, tally in run.counts.items()}
        bits = self.stepper.fractional_bits if isinstance(self.stepper, RoundedStepper) else None
        self.latest = run, len(run.epochs), counts, self.stepper.xi, bits

    def state(self) -> State | None:
        """The state after the last whole epoch, None before the run has begun."""
        if self.latest is None:
            return None
        run, length, counts, xi, bits = self.latest
        epochs = run.epochs[:length]
        return State(Run(run.mode, run.eta, epochs, steps=epochs[-1].t, counts=counts), xi, bits)


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Within it SIGTERM acts like SIGINT: KeyboardInterrupt, so that a state is kept."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only the main thread receives signals
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def write_state(path: str, identity: dict[str, Any], state: State) -> None:
    """Write the state of the run that `identity` describes, whole or not at all."""
    parts = {
        "identity": identity,
        "xi": [to_text(v) for v in state.xi],
        "fractional_bits": state.fractional_bits,
        # Pairs, since the order of the checks is the order in which they are reported.
        "counts": list(state.run.counts.items()),
        "epochs": [
            [e.k, e.t, to_text(e.p), to_text(e.n), to_text(e.risk), list(e.checks.items())] for e in state.run.epochs
        ],
    }
    write_whole(path, to_bytes({"format": FORMAT, "version": 1, **parts, "digest": digest(parts)}), "--save")


def read_state(path: str, epochs: int) -> tuple[dict[str, Any], State]:
    """The identity of a run and its state from a file; CertificateError for a damaged one, UsageError beyond `epochs`.

    The sizes and risks of the epochs so far are taken from the file; that the record fits them, and its last epoch xi,
    is checked before the run goes on.
    """
    data = read_json(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != 1:
        raise CertificateError(f"{path}: not a state written by `exactmem sgd --save`")
    parts = {key: value for key, value in data.items() if key not in {"format", "version", "digest"}}
    if data.get("digest") != digest(parts):
        raise CertificateError(f"{path}: the state was changed after it was written; start the run anew")
    try:
        identity = dict(parts["identity"])
        record = [
            Epoch(k, t, _number(p), _number(n), _number(risk), dict(checks))
            for k, t, p, n, risk, checks in parts["epochs"]
        ]
        counts = dict(parts["counts"])
        bits = parts["fractional_bits"]
        whole = [number for e in record for number in (e.k, e.t)] + [n for tally in counts.values() for n in tally]
        if any(type(n) is not int for n in whole) or not (bits is None or 0 <= bits <= MAX_FRACTIONAL_BITS):
            raise ValueError("an integer is missing")
        xi = [_number(v) for v in parts["xi"]]
        if (bits is None) != (identity["mode"] != "rounded"):
            raise ValueError("fractional bits are for the mode rounded")
        if bits is not None and record[-1].t > 0 and any((v * (fmpz(1) << bits)).q != 1 for v in xi):
            raise ValueError("a number has more fractional bits than were used")
        run = Run(identity["mode"], rational(identity["eta"]), record, steps=record[-1].t, counts=counts)
        state = State(run, xi, bits)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise CertificateError(f"{path}: not a well-formed state ({quoted(error)})") from error
    if record[-1].k > epochs:
        raise UsageError(f"{path}: {record[-1].k} epochs are already run; give --epochs {record[-1].k} or more")
    return identity, state


def check_identity(path: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """Raise UsageError naming the first thing in which the state's run differs from this one."""
    for name, value in ours.items():
        if name not in theirs or theirs[name] != value:
            raise UsageError(
                f"{path}: the state of another run, whose {name} is {quoted(theirs.get(name), 24)}, not "
                f"{quoted(value, 24)}; give that run's certificate and options"
            )


def _number(text: str) -> Rational:
    """An exact number of any length, as `to_text` writes it."""
    numerator, _, denominator = text.partition("/")
    return fmpq(fmpz(numerator), fmpz(denominator or "1"))
