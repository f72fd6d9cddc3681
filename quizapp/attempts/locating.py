"""Finding the papers that browsers ask to change: one statement for all of them, and they stay locked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, select

from quizapp.accounts import queries as accounts
from quizapp.accounts.models import BrowserSession
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import AttemptInfo, info_of
from quizapp.contests import queries as contests
from quizapp.contests.models import ContestSnapshot, Round
from quizapp.contests.rules import Snapshot
from quizapp.contests.spec import RoundSpec
from quizapp.entries.models import SessionParticipant
from quizapp.errors import NotFound
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Asked, Statement, ask

# A browser's session; None is nobody's.
Browser = accounts.Browser | None


@dataclass(frozen=True)
class Located:
    """A paper of the browser that asks, locked, with what its round is run by."""

    attempt: AttemptInfo
    round: RoundSpec
    snapshot: Snapshot


def locate(asks: Sequence[tuple[str, Browser]], *also: Asked) -> tuple[list[Located | NotFound], list[list[Any]]]:
    """For each (attempt's public id, browser) the paper, when this living browser acts for its participant.

    Else NotFound, as for a wrong id. All that are found stay locked for the rest of the transaction, in the order of
    their ids, so that two calls never wait for each other. `also` is asked on the same way, when they are locked.
    """
    wanted = [{"public_id": public_id} for public_id in sorted({public_id for public_id, _ in asks})]
    papers, *more = ask((_PAPERS, {"asked": encode(dialect_name(), wanted)}), *also)
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for row in papers:
        rows[row.public_id].append(row)
    located: dict[str, Located] = {}

    def find(public_id: str, browser: Browser) -> Located | NotFound:
        for row in rows[public_id]:
            if browser is not None and browser in (row.session_id, row.token_hash):
                if public_id not in located:
                    located[public_id] = _located(row)
                return located[public_id]
        return NotFound("attempt_not_found")

    return [find(public_id, browser) for public_id, browser in asks], more


def _located(row: Any) -> Located:
    snapshot = contests.snapshot_of(row.contest_id, row.rules_version, row.content_hash)
    return Located(info_of(row), snapshot.spec.round(row.round_key), snapshot)


def _papers(dialect: str) -> Select[Any]:
    asked = row_set(dialect, "asked", {"public_id": Text()})
    return (
        select(
            *Attempt.__table__.c,
            BrowserSession.id.label("session_id"),
            BrowserSession.token_hash,
            Round.key.label("round_key"),
            ContestSnapshot.content_hash,
        )
        .select_from(asked)
        .join(Attempt, Attempt.public_id == asked.c.public_id)
        .join(SessionParticipant, SessionParticipant.participant_id == Attempt.participant_id)
        .join(BrowserSession, BrowserSession.id == SessionParticipant.session_id)
        .join(Round, Round.id == Attempt.round_id)
        .join(
            ContestSnapshot,
            (ContestSnapshot.contest_id == Attempt.contest_id) & (ContestSnapshot.version == Attempt.rules_version),
        )
        .where(BrowserSession.ended_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )


_PAPERS = Statement(_papers)
