"""Opening the records: an archive, a folder, or one of the files in a folder that holds the others."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from quizapp.records.formats import Difference

RULES, KEY, RAW, MANIFEST = "rules.json", "key.json", "raw.jsonl", "manifest.json"
RANKING = re.compile(r"ranking.*\.csv")
_CHUNK = 1 << 16


class Bundle:
    """The files of the records by name; only those that records have are seen."""

    def __init__(self, path: Path) -> None:
        """Raises Difference("unreadable") for an archive that is none."""
        self._archive: zipfile.ZipFile | None = None
        self._paths: dict[str, Path] = {}
        if path.is_file() and path.suffix == ".zip":
            try:
                self._archive = zipfile.ZipFile(path)
            except zipfile.BadZipFile as error:
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

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file of that name. Raises Difference("missing")."""
        if name not in self.names:
            raise Difference("missing", name, None, "", "", "")
        with self._archive.open(name) if self._archive else self._paths[name].open("rb") as file:
            yield cast(BinaryIO, file)

    def read(self, name: str) -> bytes:
        """The whole file. Raises Difference("missing")."""
        with self.open(name) as file:
            return file.read()

    def digest(self, name: str) -> str:
        """SHA-256 of the file, in hexadecimal."""
        found = hashlib.sha256()
        with self.open(name) as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()


def _is_known(name: str) -> bool:
    return name in (RULES, KEY, RAW, MANIFEST) or RANKING.fullmatch(name) is not None
