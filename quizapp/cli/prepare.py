"""`quiz prepare`: bring the data folder up to date before the servers start, in one process."""

import os
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade

from quizapp import clock
from quizapp.areas import service as areas
from quizapp.areas.queries import get_area
from quizapp.audit import grants
from quizapp.banks import service as banks
from quizapp.cli.areas import tree_files
from quizapp.cli.banks import images_beside
from quizapp.cli.refusal import refusals
from quizapp.cli.staff import ensure_admin
from quizapp.config import ROOT
from quizapp.contests import demo, loader, queries, service
from quizapp.db import transaction

SHIPPED_BANKS = ROOT / "question_banks"
SHIPPED_CONTESTS = ROOT / "data" / "contests"


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Migrate, load what is shipped, create the first administrator (whose sign-in is printed once).

    Called by the owner of the tables, it gives the role QUIZ_DB_APP_ROLE its rights.
    """
    upgrade()
    role = os.environ.get("QUIZ_DB_APP_ROLE")
    with refusals():
        if role:
            with transaction():
                grants.grant(role)
        load_shipped(clock.now())
        created = ensure_admin(os.environ.get("QUIZ_ADMIN_LOGIN"), os.environ.get("QUIZ_ADMIN_PASSWORD"))
    if created:
        login, password = created
        click.echo(f"Tài khoản quản trị đầu tiên: {login}  mật khẩu: {password}")


@click.command("load-shipped")
@with_appcontext
def load_shipped_command() -> None:
    """Load the shipped areas and banks, and open demo copies of the shipped contests."""
    with refusals():
        load_shipped(clock.now())


def load_shipped(now: datetime) -> None:
    """Load areas and banks from their files; what has not changed costs a look at its hash."""
    with transaction():
        for file in tree_files():
            areas.load_tree(file.read_bytes(), name=file.name, now=now)
        areas.check_references()
    with transaction():
        for file in sorted(SHIPPED_BANKS.glob("*/bank.yaml")):
            name = str(file.relative_to(ROOT))
            banks.import_bank(file.read_bytes(), name=name, actor="prepare", now=now, read_image=images_beside(file))
    for file in sorted(SHIPPED_CONTESTS.glob("*.yaml")):
        _open_demo(file, now)


def _open_demo(file: Path, now: datetime) -> None:
    """A launched copy of a shipped contest, once; a copy that is there stays as it is."""
    slug = demo.slug_of(file.stem)
    if queries.find_contest(slug) is not None:
        return
    spec = demo.surround(loader.parse_contest(file.read_bytes(), name=str(file.relative_to(ROOT))), now)
    with transaction():
        contest, _ = service.save_spec(spec, demo.to_yaml(spec), owner_area_id=_owner(spec.contest), now=now)
        service.launch(contest, actor="prepare", now=now)


def _owner(slug: str) -> int | None:
    """The district contest belongs to its district, the others to their province."""
    return get_area("gia-lai-2022", "634").id if slug.startswith("dak-po") else None


COMMANDS = (prepare, load_shipped_command)
