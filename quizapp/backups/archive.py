"""The file of a backup: a zip of the manifest, the copied data and the secret key, readable by its owner alone."""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizapp import zip_file
from quizapp.backups import manifest
from quizapp.backups.manifest import Manifest
from quizapp.disk import free_bytes
from quizapp.errors import Invalid

MANIFEST, DATA, KEY = "manifest.json", "data", "secret_key"
_CHUNK = 1 << 20
# Nobody's key is longer, and nobody's manifest; more than that is not read.
_MOST_BYTES = 16 << 20
# No file system of today holds more in one file; how much is really there is seen from the room on the disk.
_MOST_DATA_BYTES = 1 << 44


def sha256_of(path: Path) -> str:
    """The hash of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, made: Manifest, data: Path, secret_key: str) -> None:
    """Write the file as a whole or not at all; raises OSError, also when there is no room."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(MANIFEST, json.dumps(made.to_json(), ensure_ascii=False, indent=1))
                archive.writestr(KEY, secret_key)
                archive.write(data, DATA)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The file, for reading. Raises Invalid("backup_broken")."""
    try:
        with zip_file.opened(path, most_bytes=_MOST_DATA_BYTES) as archive:
            yield archive
    except zip_file.Refused as error:
        raise Invalid("backup_broken") from error


def manifest_in(archive: zipfile.ZipFile) -> Manifest:
    """What the file says about itself. Raises Invalid("backup_broken", "backup_too_new")."""
    try:
        return manifest.from_json(json.loads(_read(archive, MANIFEST)))
    except (ValueError, RecursionError) as error:
        raise Invalid("backup_broken") from error


def key_in(archive: zipfile.ZipFile) -> str:
    """The secret key of the site. Raises Invalid("backup_broken")."""
    try:
        return _read(archive, KEY).decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise Invalid("backup_broken") from error


def extract_data(archive: zipfile.ZipFile, wanted: Manifest, to: Path) -> None:
    """Write the copied data to the new file `to`.

    Raises Invalid("backup_broken") when it is not what was copied, OSError when there is no room for it.
    """
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in _chunks(archive, to.parent):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if sha256_of(to) != wanted.sha256:
        raise Invalid("backup_broken")


def _chunks(archive: zipfile.ZipFile, folder: Path) -> Iterator[bytes]:
    try:
        with zip_file.reading():
            size = archive.getinfo(DATA).file_size
            if size > (free_bytes(folder) or size):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
            with archive.open(DATA) as data:
                while chunk := data.read(_CHUNK):
                    yield chunk
    except zip_file.Refused as error:
        raise Invalid("backup_broken") from error


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with zip_file.reading(), archive.open(name) as member:
            return member.read(_MOST_BYTES)
    except zip_file.Refused as error:
        raise Invalid("backup_broken") from error
