"""Commands on contests: check, import, list people, launch, close a round, rebuild the boards."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.areas import queries as areas
from quizapp.attempts import service as attempts
from quizapp.attempts import standings
from quizapp.cli.refusal import refusals
from quizapp.contests import loader, queries, service
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.entries import roster
from quizapp.errors import Unavailable
from quizapp.redis_store import StoreDown

ACTOR = "cli"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check-contest")
@click.argument("file", type=_FILE)
@with_appcontext
def check_contest(file: Path) -> None:
    """Check a contest file against the format, the areas and the banks; change nothing."""
    with refusals():
        spec = loader.parse_contest(file.read_bytes(), name=str(file))
    click.echo(f"{file}: OK, {spec.contest}, {len(spec.rounds)} rounds")


@click.command("import-contest")
@click.argument("file", type=_FILE)
@click.option("--area", help="TREE:CODE of the area whose organizers run the contest (default: the tree's root)")
@with_appcontext
def import_contest(file: Path, area: str | None) -> None:
    """Create a contest from its file, or replace it while it is a draft."""
    with refusals(), transaction():
        owner = areas.resolve(area)[1].id if area else None
        contest, changed = service.import_contest(
            file.read_bytes(), name=str(file), owner_area_id=owner, now=clock.now()
        )
    click.echo(f"{contest.slug}: {'imported' if changed else 'unchanged'}")


@click.command("import-roster")
@click.argument("slug")
@click.argument("file", type=_FILE)
@with_appcontext
def import_roster(slug: str, file: Path) -> None:
    """Put the list of people whom a contest lets in (CSV) in the place of the one there is."""
    now = clock.now()
    with refusals():
        contest = queries.get_contest(slug)
        people = roster.parse_roster(file.read_bytes(), contest.spec, name=str(file), today=clock.local_date(now))
        with transaction():
            roster.replace_roster(contest, people, actor=ACTOR, now=now)
    click.echo(f"{slug}: {len(people)} people listed")


@click.command("launch")
@click.argument("slug")
@with_appcontext
def launch(slug: str) -> None:
    """Freeze a contest's questions and rules and make it public."""
    with refusals(), transaction():
        contest = queries.get_contest(slug)
        listed = entries.count_roster(contest.id)
        contest = service.launch(contest, actor=ACTOR, now=clock.now(), listed=listed)
    click.echo(f"{contest.slug}: launched, commitment {contest.commitment}")


@click.command("close-round")
@click.argument("slug")
@click.argument("key")
@click.option("--reason", default="flask quiz close-round", show_default=True)
@with_appcontext
def close_round(slug: str, key: str, reason: str) -> None:
    """End an open round now."""
    with refusals(), transaction():
        attempts.close_round(queries.get_contest(slug), key, actor=ACTOR, reason=reason, now=clock.now())
    click.echo(f"{slug} {key}: closed")


@click.command("rebuild-leaderboard")
@click.argument("slug")
@with_appcontext
def rebuild_leaderboard(slug: str) -> None:
    """Write a contest's live boards anew from the database."""
    with refusals():
        contest = queries.get_public_contest(slug)
        with transaction():
            attempts.settle_due(contest, now=clock.now())
        try:
            lines = standings.rebuild_boards(contest)
        except StoreDown as error:
            raise Unavailable("redis_down") from error
    click.echo(f"{slug}: {lines} lines")


COMMANDS = (check_contest, import_contest, import_roster, launch, close_round, rebuild_leaderboard)
