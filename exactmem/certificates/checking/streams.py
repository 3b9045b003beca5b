"""The files of version 2: opened once, read once from beginning to end, paid for and digested as they are read."""

import os
import re
import stat
from hashlib import sha256
from typing import BinaryIO

from .strict_json import Node, parse_json
from .verdicts import OVERHEAD, Malformed, Meter

PIECE = 1 << 20  # bytes read at a time
HASHED = 16  # charged per byte, read and digested
TOKEN = 32  # bytes of memory per byte of a line, taken apart at spaces
NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")  # as far as the system has them


class Stream:
    """A file's bytes in order; `digest` is that of what has been read."""

    def __init__(self, file: BinaryIO, name: str, meter: Meter, start: bytes = b"") -> None:
        self.file, self.name, self.meter, self.start, self.number = file, name, meter, start, 0
        self.digest = sha256()

    def took(self, piece: bytes) -> bytes:
        """The piece, paid for and digested."""
        self.meter.read(len(piece))
        self.meter.charge(OVERHEAD + HASHED * len(piece))
        self.digest.update(piece)
        return piece

    def take(self, count: int) -> bytes:
        """The next bytes; fewer at the end of the file only."""
        return self.took(self.file.read(count))

    def rest(self) -> bytes:
        """All that is left of the file."""
        pieces = list[bytes]()
        while piece := self.take(PIECE):
            self.meter.keep(2 * len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def line(self) -> bytes:
        """The next line, without the line feed that ends it."""
        self.number += 1
        line, self.start = [self.took(self.start)], b""
        size = len(line[0])
        while not line[-1].endswith(b"\n"):
            line.append(self.took(self.file.readline(PIECE)))
            size += len(line[-1])
            self.meter.room(TOKEN * size)
            if not line[-1]:
                raise Malformed(f"line {self.number}: the file ends before the line feed of this line")
        return b"".join(line)[:-1]

    def json(self) -> Node:
        """The next line, a JSON value."""
        return parse_json(self.line(), self.meter, f"line {self.number}")

    def items(self) -> Node:
        """The next line, as a list of what stands between spaces."""
        try:
            values = self.line().decode("ascii").split(" ")
        except UnicodeDecodeError:
            raise Malformed(f"line {self.number}: not ASCII") from None
        return Node(values, f"line {self.number}", self.meter)

    def confirm(self) -> None:
        """The next line, which has to give the digest of all before it."""
        expected = f"sha256 {self.digest.hexdigest()}".encode()
        if self.line() != expected:
            raise Malformed(f"line {self.number}: not the digest of what stands before it")

    def end(self) -> None:
        """The end of the file, which has to be here."""
        if self.take(1):
            raise Malformed(f"{self.name}: goes on where it should end")


def companion(folder: str, node: Node, meter: Meter) -> Stream:
    """The file named there, in the folder; `agree` has to be called when it has been read."""
    name = node.member("file")
    name.expect(NAME.fullmatch(name.text()) is not None, "expected the name of a file in the same folder")
    flags = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in FLAGS)
    try:
        file = os.fdopen(os.open(os.path.join(folder, name.text()), flags), "rb")
        name.expect(stat.S_ISREG(os.fstat(file.fileno()).st_mode), "not a regular file")
    except OSError as error:
        raise Malformed(f"{name.place}: cannot be read: {error.strerror}") from None
    return Stream(file, name.text(), meter)


def agree(stream: Stream, node: Node) -> None:
    """Malformed if the file, which has been read, has another digest than `node` says."""
    same = stream.digest.hexdigest() == node.member("sha256").value
    node.member("sha256").expect(same, f"does not match the content of {stream.name}")
