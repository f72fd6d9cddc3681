"""The first page: what can be entered now, and where this browser was interrupted."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.attempts import queries as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import ContestState
from quizapp.entries import queries as entries
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id
from quizapp.web.play.blueprint import bp


@dataclass(frozen=True)
class Interrupted:
    """An attempt of this browser that can still be worked on."""

    contest: ContestInfo
    attempt: AttemptInfo
    round_label: str


@bp.get("/")
@allow("anyone")
def home() -> ResponseReturnValue:
    """Open contests first, then coming, then past ones."""
    listed = contests.list_public_contests()
    by_state = {state: [c for c in listed if c.state(g.now) is state] for state in ContestState}
    return render_template(
        "play/home.html",
        open_contests=by_state[ContestState.OPEN],
        coming=sorted(by_state[ContestState.SCHEDULED], key=lambda contest: contest.rounds[0].opens_at),
        past=[c for c in listed if c.state(g.now) in (ContestState.CLOSED, ContestState.PUBLISHED)],
        interrupted=_interrupted(listed, current_session_id(), g.now),
        now=g.now,
    )


def _interrupted(listed: list[ContestInfo], session_id: int | None, now: datetime) -> list[Interrupted]:
    """The open papers of whoever sits here: in each contest the one who entered last, as everywhere."""
    by_id = {contest.id: contest for contest in listed}
    found = []
    for participant in entries.list_present_participants(session_id):
        contest = by_id[participant.contest_id]
        for round_ in contest.rounds:
            attempt = attempts.find_open_attempt(participant.id, round_.id)
            if attempt is not None and attempt.is_open(now):
                found.append(Interrupted(contest, attempt, round_.label))
    return found
