"""Archives that others hand us: looked at as a whole before anything in them is unpacked.

    with zip_file.opened(path, most_bytes=1 << 30) as archive, zip_file.reading():
        data = archive.read("rules.json")                           # both raise Refused

Nothing is ever written under a name from an archive. What is refused all the same has no place in an honest one: two
files of one name, paths, links, encryption, other methods than storing and deflating, sizes that cannot be true.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MOST_ENTRIES = 1000
# The list of what is in an archive; a thousand entries take a tenth of that.
_MOST_DIRECTORY_BYTES = 1 << 20
# Data bases and lists of papers shrink to a tenth or a twentieth; only bombs to a thousandth.
_MOST_RATIO = 200
_ALWAYS_BYTES = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,149}")
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


class Refused(Exception):
    """An archive that is none, or one that is not read; the message says why, for people who know archives."""


@contextmanager
def opened(path: Path, *, most_bytes: int) -> Iterator[zipfile.ZipFile]:
    """The archive, for reading at most `most_bytes` unpacked. Raises Refused; OSError when the file cannot be read."""
    with path.open("rb") as file, _checked(file, most_bytes) as archive:
        yield archive


@contextmanager
def reading() -> Iterator[None]:
    """Around nothing but reading: what breaks there is Refused, a file that the archive lacks included."""
    try:
        yield
    except _UNREADABLE as error:
        raise Refused(str(error) or type(error).__name__) from error


def _checked(file: BinaryIO, most_bytes: int) -> zipfile.ZipFile:
    with reading():
        guard = _Guard(file)
        archive = zipfile.ZipFile(guard)
        guard.most = None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or len({entry.filename for entry in entries}) < len(entries):
        raise Refused("too many entries, or two of one name")
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > most_bytes:
        raise Refused(f"more than {most_bytes} bytes when unpacked")
    return archive


def _check_entry(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not _NAME.fullmatch(entry.filename) or kind not in (0, stat.S_IFREG) or entry.header_offset < 0:
        raise Refused(f"{entry.filename!r} is no plain file")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise Refused(f"{entry.filename} is encrypted or packed in an unknown way")
    if entry.file_size > _MOST_RATIO * entry.compress_size + _ALWAYS_BYTES:
        raise Refused(f"{entry.filename} would be {entry.file_size} bytes of {entry.compress_size}")


class _Guard:
    """The file, as far as the list of its contents goes: that is read in one piece, of whatever size it says it has."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.most: int | None = _MOST_DIRECTORY_BYTES
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As the file's own; Refused for too much."""
        if self.most is None:
            return self._file.read(size)
        data = self._file.read(self.most + 1 if size < 0 else min(size, self.most + 1))
        if len(data) > self.most:
            raise Refused("the list of its contents is too long")
        return data
