"""Opening the records: an archive, a folder, or one of the files in a folder that holds the others."""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from quizapp import zip_file
from quizapp.records.formats import Difference

RULES, KEY, RAW, MANIFEST = "rules.json", "key.json", "raw.jsonl", "manifest.json"
SIGNATURE = "manifest.sig"
RANKING = re.compile(r"ranking.*\.csv")
_CHUNK = 1 << 16
# A round of ten million papers; one file that is read as a whole; one paper.
_MOST_BYTES = 1 << 36
_MOST_FILE_BYTES = 1 << 30
_MOST_LINE_BYTES = 1 << 24


Read = TypeVar("Read", bytes, BinaryIO)


class Bundle:
    """The files of the records by name; only those that records have are seen."""

    def __init__(self, path: Path) -> None:
        """Raises Difference("unreadable") for an archive that is none."""
        self._archive: zipfile.ZipFile | None = None
        self._open = ExitStack()
        self._paths: dict[str, Path] = {}
        if path.is_file() and path.suffix == ".zip":
            try:
                # Open until the process ends, or nobody has the bundle any more.
                self._archive = self._open.enter_context(zip_file.opened(path, most_bytes=_MOST_BYTES))
            except zip_file.Refused as error:
                raise Difference("unreadable", path.name, None, "zip", "", str(error)) from None
            names = self._archive.namelist()
        else:
            folder = path if path.is_dir() else path.parent
            self._paths = {each.name: each for each in folder.iterdir() if each.is_file()}
            if path.is_file():
                self._take(path)
            names = [name for name in self._paths if _is_known(name)]
        self.names = sorted(names)

    def _take(self, path: Path) -> None:
        """A file that was named itself is the one of its kind, whatever it is called."""
        if path.suffix == ".jsonl":
            self._paths[RAW] = path
        elif path.suffix == ".csv":
            others = [name for name in self._paths if RANKING.fullmatch(name)]
            for name in others:
                del self._paths[name]
            self._paths[path.name if RANKING.fullmatch(path.name) else f"ranking-{path.name}"] = path

    @property
    def rankings(self) -> list[str]:
        """The names of the rankings."""
        return [name for name in self.names if RANKING.fullmatch(name)]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """The whole file. Raises Difference("missing", "unreadable")."""
        return b"".join(self._pieces(name, most=_MOST_FILE_BYTES))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of the file. Raises Difference("missing", "unreadable")."""
        with self._file(name) as file:
            number = 0
            while line := self._told(name, lambda: file.readline(_MOST_LINE_BYTES)):
                number += 1
                if len(line) == _MOST_LINE_BYTES:
                    raise Difference("unreadable", name, number, "json", "", "")
                yield line

    def digest(self, name: str) -> str:
        """SHA-256 of the file, in hexadecimal. Raises Difference("missing", "unreadable")."""
        found = hashlib.sha256()
        for piece in self._pieces(name, most=_MOST_BYTES):
            found.update(piece)
        return found.hexdigest()

    def _pieces(self, name: str, *, most: int) -> Iterator[bytes]:
        size = 0
        with self._file(name) as file:
            while chunk := self._told(name, lambda: file.read(_CHUNK)):
                size += len(chunk)
                if size > most:
                    raise Difference("unreadable", name, None, "bytes", str(most), "")
                yield chunk

    def _file(self, name: str) -> BinaryIO:
        if name not in self.names:
            raise Difference("missing", name, None, "", "", "")
        if self._archive is None:
            return self._paths[name].open("rb")
        archive = self._archive
        return self._told(name, lambda: cast(BinaryIO, archive.open(name)))

    def _told(self, name: str, read: Callable[[], Read]) -> Read:
        """What `read` gives; where an archive breaks in the middle, that it does."""
        try:
            with zip_file.reading():
                return read()
        except zip_file.Refused as error:
            raise Difference("unreadable", name, None, "zip", "", str(error)) from None


def _is_known(name: str) -> bool:
    return name in (RULES, KEY, RAW, MANIFEST, SIGNATURE) or RANKING.fullmatch(name) is not None
