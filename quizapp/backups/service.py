"""Making a backup of a running installation, and putting one back into another, proved on both ends."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizapp.backups import archive, postgres, sqlite
from quizapp.backups.manifest import Content, Manifest
from quizapp.clock import rfc3339
from quizapp.config import Settings
from quizapp.errors import Conflict, Invalid


@dataclass(frozen=True)
class Restored:
    """What was put back: the manifest of the file, and the secret key with which its sessions are signed."""

    manifest: Manifest
    secret_key: str


def backup(settings: Settings, path: Path, *, now: datetime) -> Manifest:
    """Write everything that the installation is to the new file `path` (mode 0600) while it goes on.

    Raises Conflict("backup_exists", "program_missing", "program_failed"), OSError when there is no room.
    """
    if path.exists():
        raise Conflict("backup_exists", file=str(path))
    # Beside the file: what fits there once has room there twice only where there is room at all.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".quiz-backup-") as folder:
        data = Path(folder) / "data"
        database = "sqlite" if settings.is_sqlite else "postgresql"
        copy_out = sqlite.copy_out if settings.is_sqlite else postgres.copy_out
        content = copy_out(settings.database_url, data)
        made = Manifest(rfc3339(now), database, archive.sha256_of(data), content)
        archive.write(path, made, data, settings.secret_key)
    return made


def look_at(path: Path) -> Manifest:
    """What a backup says about itself. Raises Invalid("backup_broken", "backup_too_new")."""
    with archive.opened(path) as opened:
        return archive.manifest_in(opened)


def restore(settings: Settings, path: Path, *, known_revisions: frozenset[str], replace: bool) -> Restored:
    """Put the backup in the place of the installation's database, and prove that it is what was backed up.

    The product is not running. Nothing is touched before the file has been found whole. `known_revisions`: the
    schemas that this version of the product can bring up to its own. Raises Invalid("backup_broken",
    "backup_too_new"); Conflict: "backup_of_other_database", "database_in_use", "database_not_empty" unless `replace`,
    "backup_differs" with `names` when the proof fails, "program_missing", "program_failed".
    """
    with archive.opened(path) as opened:
        manifest = archive.manifest_in(opened)
        if manifest.content.revision not in known_revisions:
            raise Invalid("backup_too_new")
        if (manifest.database == "sqlite") is not settings.is_sqlite:
            raise Conflict("backup_of_other_database", database=manifest.database)
        kind = sqlite if settings.is_sqlite else postgres
        kind.check_unused(settings.database_url)
        if not replace and not kind.is_empty(settings.database_url):
            raise Conflict("database_not_empty")
        # In the folder of the database, so that a file only has to change its name.
        beside = sqlite.path_of(settings.database_url).parent if settings.is_sqlite else settings.data_dir
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside, prefix=".quiz-restore-") as folder:
            data = Path(folder) / "data"
            archive.extract_data(opened, manifest, data)
            found = _put_in(settings, data, manifest.content)
        differences = found.differences(manifest.content)
        if differences:
            raise Conflict("backup_differs", names=differences)
        return Restored(manifest, archive.key_in(opened))


def _put_in(settings: Settings, data: Path, wanted: Content) -> Content:
    """The content of the database after the data has been put into it; an SQLite file is proved before."""
    if not settings.is_sqlite:
        postgres.check_readable(data)
        postgres.put_in(settings.database_url, data)
        return postgres.content_of(settings.database_url)
    found = sqlite.content_of(data)
    if not found.differences(wanted):
        sqlite.put_in(settings.database_url, data)
    return found
