"""Personal data: sealing it, and erasing it when its time is over; by the worker, or by hand."""

from datetime import date, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.awards import queries as awards
from quizapp.cli.refusal import refusals
from quizapp.clock import local_date
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import erasing, sealing
from quizapp.entries.rules import months_after
from quizapp.errors import Conflict

ACTOR = "cli"


def erase_after(contest: ContestInfo, months: int) -> date | None:
    """From which Vietnamese day on the contest's personal data is erased; None before the publication, or for 0.

    Prizes that change after the publication count anew: their winners have to be reached.
    """
    if contest.published_at is None or not months:
        return None
    sheet = awards.published(contest.id)
    prizes_at = sheet.published_at if sheet else None
    return months_after(local_date(max(contest.published_at, prizes_at or contest.published_at)), months)


def erase_when_due(contest: ContestInfo, now: datetime) -> None:
    """The worker's step: erase once, when the time is over."""
    due = erase_after(contest, current_app.config["QUIZ"].retention_months)
    if due is not None and local_date(now) >= due and erasing.erased_at(contest.id) is None:
        erase_all(contest, actor="worker", now=now)


def erase_all(contest: ContestInfo, *, actor: str, now: datetime) -> int:
    """Erase in blocks, then remember the act; how many people. What was interrupted goes on when called again."""
    people = 0
    while True:
        with transaction():
            some = erasing.erase_some(contest.id)
            people += some
            if not some:
                erasing.finish(contest, people, actor=actor, now=now)
                return people


@click.command("erase")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Really erase; without it only say what would be erased.")
@with_appcontext
def erase(slug: str, yes: bool) -> None:
    """Erase telephone numbers, citizen ids, e-mails, addresses and birthdays of a published contest; keep the sums."""
    with refusals():
        contest = contests.get_contest(slug)
        if contest.published_at is None:
            raise Conflict("erase_too_early")
        people = erasing.count_to_erase(contest.id)
        if not yes:
            due = erase_after(contest, current_app.config["QUIZ"].retention_months)
            click.echo(f"{slug}: {people} people would be erased; by itself this happens on {due or 'no day'}")
            return
        if people:
            people = erase_all(contest, actor=ACTOR, now=clock.now())
    click.echo(f"{slug}: {people} people erased")


@click.command("seal")
@click.argument("slug", required=False)
@with_appcontext
def seal(slug: str | None) -> None:
    """Look at every row once more and seal what is plain or sealed with an older key (all contests without a name)."""
    with refusals():
        found = [contests.get_contest(slug)] if slug else contests.list_all_contests()
        for contest in found:
            with transaction():
                sealing.look_again(contest.id)
            more = True
            while more:
                with transaction():
                    more = sealing.seal_some(contest.id)
            click.echo(f"{contest.slug}: sealed")


COMMANDS = (erase, seal)
