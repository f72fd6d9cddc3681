"""Commands on the log: who may not change it, what its chains end with, and whether they are what was written."""

import re
import sys
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from quizapp.audit import grants
from quizapp.audit import queries as log
from quizapp.audit.rules import INSTALLATION, Fault, Head
from quizapp.cli.refusal import refusals
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.messages import text_of
from quizapp.records import proving
from quizapp.records.proving import Contradiction

_ANCHOR = re.compile(r"(\d+):([0-9a-f]{64})", re.ASCII)


@click.command("grant")
@click.argument("role")
@with_appcontext
def grant(role: str) -> None:
    """Let the PostgreSQL role ROLE run the product and not change the log; for the owner of the tables."""
    with refusals(), transaction():
        grants.grant(role)
    click.echo(text_of("role_granted", role=role))


@click.group("audit")
def audit() -> None:
    """The log of who did what: its heads, to be kept elsewhere, and whether it is what was written."""


@audit.command("heads")
@with_appcontext
def heads() -> None:
    """Print NAME COUNT:HASH of every chain: what to write down outside of this installation."""
    for chain in log.list_chains():
        head = log.find_head(chain)
        click.echo(f"{_name(chain)} {head.count}:{head.hash}")


def _read_anchor(_context: click.Context, _param: click.Parameter, typed: str | None) -> Head | None:
    if typed is None:
        return None
    found = _ANCHOR.fullmatch(typed.strip().lower())
    if found is None:
        raise click.BadParameter("not COUNT:HASH, as `quiz audit heads` prints it")
    return Head(int(found[1]), found[2])


@audit.command("verify")
@click.option("--contest", "slug", help="one contest only")
@click.option("--anchor", callback=_read_anchor, metavar="COUNT:HASH", help="a head written down before")
@with_appcontext
def verify(slug: str | None, anchor: Head | None) -> None:
    """Prove the chains, and hold what is in the database against them; exit status 1 when something is not as it was.

    An anchor is one of the chosen contest's chain, without --contest of the installation's.
    """
    with refusals():
        contest = contests.get_contest(slug) if slug else None
    chains = [contest.id] if contest else sorted({INSTALLATION, *log.list_chains()})
    anchored = chains[0]
    is_sound = True
    for chain in chains:
        found = list(_problems(chain, anchor if chain == anchored else None))
        is_sound = is_sound and not found
        for problem in found:
            click.echo(text_of("log_wrong", name=_name(chain), problem=problem))
        if not found:
            head = log.find_head(chain)
            click.echo(text_of("log_sound", name=_name(chain), count=head.count, hash=head.hash))
    if not is_sound:
        sys.exit(1)


def _problems(chain: int, anchor: Head | None) -> Iterator[str]:
    """Sentences about the chain, and then about what the tables hold."""
    fault = log.find_chain_fault(chain, anchor)
    if fault is not None:
        yield _told_of_fault(fault)
    contest = _contest(chain)
    if contest is not None and contest.launched_at is not None:
        yield from map(_told_of, proving.contradictions(contest))


def _told_of_fault(fault: Fault) -> str:
    return text_of(f"log_{fault.kind}", line=fault.i + 1)


def _told_of(found: Contradiction) -> str:
    told = text_of(f"proof_{found.check}", round=found.round_key or "–", where=found.where)
    return told if found.line is None else told + " " + text_of("proof_line", line=found.line)


def _contest(chain: int) -> ContestInfo | None:
    try:
        return contests.get_contest_by_id(chain)
    except NotFound:
        return None


def _name(chain: int) -> str:
    contest = _contest(chain)
    return contest.slug if contest else (text_of("log_installation") if chain == INSTALLATION else f"#{chain}")


COMMANDS = (grant, audit)
