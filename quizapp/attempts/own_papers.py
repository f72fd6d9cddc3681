"""A browser's own papers with all that their pages show: one statement for all who ask at the same moment."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from quizapp.accounts.models import BrowserSession
from quizapp.accounts.queries import Browser
from quizapp.attempts import rules
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.paper import PaperLine
from quizapp.attempts.queries import lines_of
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.contests.models import Contest, ContestSnapshot, Round
from quizapp.contests.rules import Snapshot
from quizapp.contests.spec import RoundSpec
from quizapp.entries.models import Participant, SessionParticipant
from quizapp.errors import NotFound
from quizapp.row_set import SQLITE
from quizapp.statements import Statement


@dataclass(frozen=True)
class OwnPaper:
    """An attempt that its owner may work on: its lines, its stored answers by question, what it is called and run by.

    `owner` and `entry_code` are the person's; `title` and `slug` the contest's, as they are now.
    """

    public_id: str
    contest_id: int
    lines: tuple[PaperLine, ...]
    deadline: datetime
    submitted_at: datetime | None
    prediction: int | None
    prediction_rev: int
    answers: Mapping[str, Choice]
    owner: str
    entry_code: str
    title: str
    slug: str
    round_key: str
    round_label: str
    snapshot: Snapshot

    @property
    def round(self) -> RoundSpec:
        """The settings of the round, in the version of the rules that the attempt is under."""
        return self.snapshot.spec.round(self.round_key)

    def is_open(self, now: datetime) -> bool:
        """True while answers and the submission are accepted."""
        return rules.is_open(self.deadline, self.submitted_at, now)


def get_own_paper(public_id: str, session_id: int | None) -> OwnPaper:
    """The paper, when this living browser acts for its participant; else NotFound, as for a wrong id."""
    (found,) = find_own_papers([(public_id, session_id)]) if session_id is not None else (None,)
    if found is None:
        raise NotFound("attempt_not_found")
    return found


def find_own_papers(asks: Sequence[tuple[str, Browser]]) -> list[OwnPaper | None]:
    """For each (attempt's public id, browser), in the order given, what `get_own_paper` finds; None instead of it."""
    papers: defaultdict[str, list[Any]] = defaultdict(list)
    for row in _OWN_PAPERS.rows(public_ids=json.dumps(sorted({public_id for public_id, _ in asks}))):
        papers[row.public_id].append(row)

    def find(public_id: str, browser: Browser) -> OwnPaper | None:
        rows = (row for row in papers[public_id] if browser in (row.session_id, row.token_hash))
        row = next(rows, None)
        return None if row is None else _own_paper(row)

    return [find(*each) for each in asks]


def _own_paper(row: Any) -> OwnPaper:
    values = row._asdict()
    del values["session_id"], values["token_hash"]
    version, content_hash = values.pop("rules_version"), values.pop("content_hash")
    values["lines"] = lines_of(values.pop("paper"))
    values["answers"] = _answers(row.answers)
    return OwnPaper(snapshot=contests.snapshot_of(row.contest_id, version, content_hash), **values)


def _answers(text: str | None) -> dict[str, Choice]:
    """Lines "question revision options"; neither questions nor options hold a line's end, and no question a blank."""
    answers = {}
    for line in text.split("\n") if text else ():
        question, rev, options = line.split(" ", 2)
        answers[question] = Choice(question, tuple(json.loads(options)), int(rev))
    return answers


def _build(dialect: str) -> Any:
    """The papers of these public ids, for each living browser that acts for their participants."""
    asked = bindparam("public_ids", type_=Text)
    if dialect == SQLITE:
        ids = select(func.json_each(asked).table_valued("value").c.value)
        is_asked: ColumnElement[bool] = Attempt.public_id.in_(ids)
        joined = func.group_concat
    else:
        # As an array they are looked up by the index, whatever the database guesses about how many there are.
        ids = select(func.jsonb_array_elements_text(asked.cast(JSONB)))
        is_asked = Attempt.public_id == func.any(func.array(ids.scalar_subquery()))
        joined = func.string_agg
    line = Answer.question + " " + cast(Answer.rev, Text) + " " + Answer.options
    answers = select(joined(line, "\n")).where(Answer.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    return (
        select(
            BrowserSession.id.label("session_id"),
            BrowserSession.token_hash,
            Attempt.public_id,
            Attempt.contest_id,
            Attempt.rules_version,
            Attempt.paper,
            Attempt.deadline,
            Attempt.submitted_at,
            Attempt.prediction,
            Attempt.prediction_rev,
            answers.label("answers"),
            Participant.public_id.label("owner"),
            Participant.entry_code,
            Contest.title,
            Contest.slug,
            Round.key.label("round_key"),
            Round.label.label("round_label"),
            ContestSnapshot.content_hash,
        )
        .select_from(Attempt)
        .join(Participant, Participant.id == Attempt.participant_id)
        .join(SessionParticipant, SessionParticipant.participant_id == Attempt.participant_id)
        .join(BrowserSession, BrowserSession.id == SessionParticipant.session_id)
        .join(Contest, Contest.id == Attempt.contest_id)
        .join(Round, Round.id == Attempt.round_id)
        .join(
            ContestSnapshot,
            (ContestSnapshot.contest_id == Attempt.contest_id) & (ContestSnapshot.version == Attempt.rules_version),
        )
        .where(is_asked, BrowserSession.ended_at.is_(None))
    )


_OWN_PAPERS = Statement(_build)
