"""`quiz backup` and `quiz restore`: the whole installation as one file."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from quizapp import clock
from quizapp.backups import service
from quizapp.backups.manifest import Manifest
from quizapp.cli.refusal import refusals
from quizapp.config import ROOT, Settings
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict
from quizapp.leaderboard import boards
from quizapp.messages import text_of

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write everything to the new FILE, also while the product runs; FILE is as secret as the site."""
    with _reasons(file):
        made = service.backup(current_app.config["QUIZ"], file, now=clock.now())
    _tell("backup_made", made, file=file)
    click.echo(text_of("backup_is_secret"))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="throw away what is in the database now")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE into this installation, which is not running, and prove that all of it is there."""
    settings: Settings = current_app.config["QUIZ"]
    db.engine.dispose()
    with _reasons(file), _held(settings):
        restored = service.restore(settings, file, known_revisions=_revisions(), replace=replace)
        upgrade()
        _disown_boards()
        _keep_key(settings, restored.secret_key)
    _tell("backup_restored", restored.manifest, made_at=restored.manifest.made_at)


def _tell(code: str, made: Manifest, **params: object) -> None:
    tables = made.content.tables
    rows = sum(proof.rows for proof in tables.values())
    click.echo(text_of(code, rows=rows, tables=len(tables), revision=made.content.revision, **params))
    for totals in made.content.contests:
        click.echo(text_of("backup_contest", **vars(totals)))
    click.echo(text_of("backup_head", acts=made.content.acts, head=made.content.head))


@contextmanager
def _reasons(file: Path) -> Iterator[None]:
    """Refusals as every command tells them; a full disk as well."""
    try:
        with refusals():
            yield
    except OSError as error:
        click.echo(text_of("no_room", file=file, reason=error.strerror or error), err=True)
        sys.exit(1)


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    """The data folder, so that the product is not started on it meanwhile. Raises Conflict("database_in_use")."""
    settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(settings.run_dir / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Conflict("database_in_use") from error
    finally:
        os.close(lock)


def _revisions() -> frozenset[str]:
    """The schemas from which `upgrade` leads here."""
    return frozenset(script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions())


def _disown_boards() -> None:
    """Boards that Redis may still have of another time are not believed; the worker builds them anew."""
    with transaction():
        for contest in contests.list_public_contests():
            boards.invalidate(contest.id)


def _keep_key(settings: Settings, secret_key: str) -> None:
    """The key of the old machine, so that nobody is thrown out of a paper; one given by the environment stays."""
    if os.environ.get("SECRET_KEY"):
        if settings.secret_key != secret_key:
            click.echo(text_of("backup_other_key"), err=True)
        return
    path = settings.data_dir / "secret_key"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{secret_key}\n")


COMMANDS = (backup, restore)
