"""`quiz simulate`: a whole contest of made-up people against a running site, over HTTP, and what became of it."""

import asyncio
import os
import random
import sys
from pathlib import Path

import click

from simulation.contest_day import Plan, simulate
from simulation.crowd import Progress
from simulation.rehearsal import Refused, Wishes
from simulation.report import KindReport, Report

_DAY_SECONDS = 86_400.0
_LEAST_LIMIT_SECONDS = 30
_MOST_TOLD = 20
_PLAIN_LINE_EVERY = 10
_COLUMNS = "           operations  acknowl.  refused  unknown   p50 ms   p95 ms   p99 ms"


def _own_address() -> str:
    return f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"


@click.command("simulate")
@click.option("--url", default=_own_address, help="the site  [default: http://127.0.0.1:$PORT]")
@click.option("--people", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@click.option("--contest", metavar="SLUG", help="an open contest that people enter by form  [default: one made for it]")
@click.option("--round", "round_key", metavar="KEY", help="its round  [default: the first that is open]")
@click.option("--contest-password", help="where that contest asks for one")
@click.option("--login", envvar="QUIZ_ADMIN_LOGIN", default="admin", show_default=True, help="who makes the contest")
@click.option("--password", envvar="QUIZ_ADMIN_PASSWORD", help="  [default: $QUIZ_ADMIN_PASSWORD, else it is asked]")
@click.option("--curve", type=click.Choice(["opening", "closing", "even"]), default="opening", show_default=True)
@click.option("--minutes", type=click.FloatRange(min=0), default=10.0, show_default=True, help="within which they come")
@click.option("--limit-minutes", type=click.FloatRange(min=0.5), default=10.0, show_default=True, help="for a paper")
@click.option("--questions", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--compress", type=click.FloatRange(min=1), default=1.0, show_default=True, help="so many times as fast")
@click.option(
    "--bad-network", type=click.FloatRange(0, 1), default=0.2, show_default=True, help="share of people who have one"
)
@click.option("--at-once", type=click.IntRange(1, 20_000), default=200, show_default=True, help="sitting at a time")
@click.option(
    "--addresses",
    type=click.Choice(["one", "each"]),
    default="one",
    show_default=True,
    help="each = an X-Forwarded-For of everybody's own; counts where FORWARDED_ALLOW_IPS of the site has this machine",
)
@click.option("--seed", type=int, help="repeats the same choices, thinking times and losses  [default: a new one]")
@click.option(
    "--history", type=click.Path(dir_okay=False, path_type=Path), help="file for every operation (JSON lines)"
)
def simulate_command(
    url: str, people: int, contest: str | None, round_key: str | None, contest_password: str | None, login: str,
    password: str | None, curve: str, minutes: float, limit_minutes: float, questions: int, compress: float,
    bad_network: float, at_once: int, addresses: str, seed: int | None, history: Path | None,
) -> None:  # fmt: skip
    """Let made-up people sit a contest over HTTP, and compare what they were promised with what is stored.

    Exit status 1 when anything that was acknowledged is lost.
    """
    if contest is None and password is None:
        password = click.prompt(f"Password of {login}", hide_input=True, err=True)
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    plan = Plan(
        url=url,
        people=people,
        seed=seed,
        contest=contest,
        round_key=round_key,
        login=login,
        password=password or "",
        contest_password=contest_password,
        curve=curve,  # type: ignore[arg-type]
        seconds=minutes * 60,
        pace=compress,
        bad_network=bad_network,
        at_once=at_once,
        own_addresses=addresses == "each",
        wishes=Wishes(
            questions=questions,
            in_bank=3 * questions,
            seconds=_DAY_SECONDS,
            limit=max(_LEAST_LIMIT_SECONDS, round(limit_minutes * 60 / compress)),
        ),
        history=history,
    )
    click.echo(f"{url}: {people} people, seed {seed}")
    teller = Teller()
    try:
        report = asyncio.run(simulate(plan, teller.tell))
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    teller.end()
    for line in lines_of(report):
        click.echo(line)
    sys.exit(1 if report.losses else 0)


class Teller:
    """One line that changes on a terminal; elsewhere a line now and then, when something has changed."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._told = 0
        self._last = ""

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        line = progress_line(progress)
        if self._is_terminal:
            click.echo(f"\r\033[K{line}", nl=False)
        elif line != self._last and (self._told % _PLAIN_LINE_EVERY == 0 or progress.done == progress.people):
            click.echo(line)
            self._last = line
        self._told += 1

    def end(self) -> None:
        """Leave the changing line."""
        if self._is_terminal:
            click.echo()


def progress_line(progress: Progress) -> str:
    """How far it is, in one line."""
    return (
        f"{progress.come}/{progress.people} come, {progress.submitted} submitted, {progress.done} done; "
        f"{progress.operations} operations: {progress.acknowledged} acknowledged, {progress.refused} refused, "
        f"{progress.unknown} unknown"
    )


def lines_of(report: Report) -> list[str]:
    """The report for people: totals, then a line for each kind of operation, then what was lost."""
    lines = [
        f"{report.people} people, {report.submitted} with a receipt",
        f"{report.operations} operations: {report.acknowledged} acknowledged, {report.refused} refused, "
        f"{report.unknown} unknown; {len(report.losses)} promises lost",
        _COLUMNS,
        *(_kind_line(kind) for kind in report.kinds),
    ]
    lines += [f"LOST {loss.who} {loss.attempt}: {loss.what}" for loss in report.losses[:_MOST_TOLD]]
    lines += [f"note {trouble}" for trouble in report.troubles[:_MOST_TOLD]]
    return lines


def _kind_line(kind: KindReport) -> str:
    times = " ".join(f"{_milliseconds(value):>8}" for value in (kind.p50, kind.p95, kind.p99))
    return f"{kind.kind:10} {kind.operations:10} {kind.acknowledged:9} {kind.refused:8} {kind.unknown:8} {times}"


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.0f}"


COMMANDS = (simulate_command,)
