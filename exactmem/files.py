"""Files: read whole within a limit, and written so that they appear whole or not at all; `-` is a standard stream."""

__all__ = [
    "MAX_BYTES",
    "STANDARD",
    "Write",
    "check_writable",
    "content",
    "json_fault",
    "read_json",
    "together",
    "write_pieces",
    "write_whole",
]

import errno
import fcntl
import hashlib
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

from exactmem.errors import JsonError, LimitError, OutputError, printable

STANDARD = "-"
"""The name of standard input where a file is read, of standard output where one is written."""

Write = Callable[..., int]
"""A function that takes a path, the pieces of the file and the option that named it, and returns the size."""


def write_whole(path: str | Path, data: bytes, option: str = "-o") -> None:
    """Write `data` to `path` through a temporary file beside it; OutputError if that fails, leaving no file behind.

    `option` is the command-line option that names the file, for the message. To STANDARD the data are written at once.
    """
    write_pieces(path, [data], option)


def write_pieces(path: str | Path, pieces: Iterable[bytes], option: str = "-o") -> int:
    """As `write_whole`, of a file whose bytes come in pieces; returns how many bytes there are."""
    with together() as write:
        return write(path, pieces, option)


@contextmanager
def together() -> Iterator[Write]:
    """A function like `write_pieces`, whose files appear at the end of the block, in order: all of them or none.

    An interrupt is raised before the first of them is in place or after the last. OutputError as there; only a disk
    that fails or a machine that stops between two of them leaves some, each of them whole.
    """
    staged: list[_Staged] = []

    def write(path: str | Path, pieces: Iterable[bytes], option: str = "-o") -> int:
        if path == STANDARD:
            size = sum(map(sys.stdout.buffer.write, pieces))
            sys.stdout.flush()
            return size
        check_writable(path, option=option)
        staged.append(_Staged(Path(path).resolve(), option))
        return staged[-1].fill(pieces)

    try:
        yield write
        with _uninterrupted():
            for file in staged:
                file.put_in_place()
        for folder in {file.target.parent for file in staged}:
            _flush_folder(folder)
    finally:
        for file in staged:
            file.clean_up()


class _Staged:
    """A file under a temporary name beside its target, locked so that no other run takes it for a leftover."""

    def __init__(self, target: Path, option: str) -> None:
        self.target, self.option = target, option
        self.temporary: Path | None = None
        self.stream: BinaryIO | None = None

    def fill(self, pieces: Iterable[bytes]) -> int:
        """Write the pieces; the number of their bytes."""
        prefix = f".exactmem-{hashlib.sha256(os.fsencode(self.target.name)).hexdigest()[:16]}-"
        with self.naming_the_target():
            _remove_leftovers(self.target.parent, prefix)
            mode = self.target.stat().st_mode & 0o777 if self.target.exists() else 0o666 & ~_umask()
            descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=self.target.parent)
            self.temporary, self.stream = Path(name), os.fdopen(descriptor, "wb")
            fcntl.flock(self.stream, fcntl.LOCK_EX)
            size = sum(map(self.stream.write, pieces))
            self.stream.flush()
            os.fsync(descriptor)
            os.chmod(name, mode)
            return size

    def put_in_place(self) -> None:
        """Give the file its name."""
        with self.naming_the_target():
            os.replace(str(self.temporary), self.target)

    def clean_up(self) -> None:
        """Remove what has not been put in place."""
        if self.stream is not None:
            with suppress(OSError):
                self.stream.close()
        if self.temporary is not None:
            self.temporary.unlink(missing_ok=True)

    @contextmanager
    def naming_the_target(self) -> Iterator[None]:
        """OSError as OutputError."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self.target}: cannot be written: {error.strerror or error}; choose another place with {self.option}"
            ) from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """An interrupt within the block is raised after it (only the main thread receives any)."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield
        return
    arrived: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: arrived.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if arrived:
        signal.raise_signal(signal.SIGINT)


def _remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove the temporary files of killed runs, which nobody holds a lock on any more."""
    for part in folder.glob(f"{prefix}*.part"):
        with suppress(OSError), part.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the new name last; the file is whole and in place even where a file system cannot do that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    """The process's file mode mask (reading it means setting it for a moment)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_writable(path: str | Path, keep: Sequence[str | Path | None] = (), option: str = "-o") -> None:
    """Raise OutputError before any work starts when the target's folder cannot take a new file.

    Nor may the target be one of the files in `keep`, those that the command reads (None stands for no file).
    """
    if path == STANDARD:
        return
    target = Path(path)
    folder = target.parent
    for source in keep:
        if source is not None and target.exists() and Path(source).exists() and target.samefile(source):
            raise OutputError(
                f"{target}: is read by this command and would be overwritten; name another file with {option}"
            )
    try:
        target.resolve()
    except (OSError, RuntimeError) as error:
        raise OutputError(f"{target}: is a link that leads nowhere; choose another place with {option}") from error
    if target.is_dir():
        raise OutputError(f"{target}: is a folder; name a file with {option}")
    if target.exists() and not target.is_file():
        raise OutputError(f"{target}: is not a regular file; name a file with {option}")
    if not folder.is_dir():
        raise OutputError(f"{folder}: no such folder; create it or choose another place with {option}")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{folder}: no permission to write there; choose another place with {option}")


MAX_BYTES = 1 << 30
"""Largest certificate file that is read."""

_taken: WeakKeyDictionary[Any, bytes] = WeakKeyDictionary()
"""What was read from a standard input, which can be read once."""


def content(path: str | Path, most: int) -> bytes:
    """The bytes of a file, or of standard input for STANDARD.

    OSError for a file that cannot be read, LimitError for one of more than `most` bytes, of which no more are read.
    """
    if str(path) == STANDARD:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed", STANDARD)
        if sys.stdin not in _taken:
            _taken[sys.stdin] = sys.stdin.buffer.read(most + 1)
        data, known = _taken[sys.stdin], 0
    else:
        with open(path, "rb") as stream:
            known = os.fstat(stream.fileno()).st_size
            data = stream.read(most + 1) if known <= most else b""
    if max(known, len(data)) > most:
        raise LimitError(f"{path}: more than {most} bytes, the limit: use a smaller file")
    return data


def read_json(path: str | Path, parse_float: Callable[[str], Any] = float) -> Any:
    """What a JSON file holds; JsonError where there is no such file or it is no JSON, LimitError beyond MAX_BYTES."""
    try:
        return json.loads(content(path, MAX_BYTES).decode("utf-8"), parse_float=parse_float)
    except OSError as error:
        raise JsonError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise JsonError(f"{path}: not valid JSON: {json_fault(error)}") from error


def json_fault(error: Exception) -> str:
    """What is wrong with a text that `json` refused, for a message: where it stops being JSON, and what to do."""
    if isinstance(error, RecursionError):
        return "brackets are nested too deeply: use fewer levels"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8 text: save the file as UTF-8"
    if isinstance(error, json.JSONDecodeError):
        if not error.doc.strip():
            return "the file is empty"
        if error.pos >= len(error.doc.rstrip()):
            return f"the text ends in the middle of a value (line {error.lineno}): the file is cut short"
        return f"line {error.lineno}, column {error.colno} is not as JSON has it: mend it there"
    if str(error).startswith("Exceeds the limit"):
        return "an integer has more digits than are read: write it as text"
    return printable(str(error), 200)
