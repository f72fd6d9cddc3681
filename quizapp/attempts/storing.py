"""Storing answers: one statement finds the papers, locks them, and writes into those that are open."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, BigInteger, Integer, Select, Subquery, Text, Update, select, update

from quizapp.accounts.models import BrowserSession
from quizapp.attempts.locating import Browser
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.rules import Choice
from quizapp.contests.rules import GRACE
from quizapp.db import UTCDateTime, table, upsert
from quizapp.entries.models import SessionParticipant
from quizapp.row_set import SQLITE, dialect_name, encode, row_set
from quizapp.statements import Statement, ask


@dataclass(frozen=True)
class StoreAsk:
    """A browser's checked choices, one for a question, and its guess (value, rev); `now` is when they arrived."""

    attempt: str
    browser: Browser
    choices: Iterable[Choice]
    guess: tuple[int, int] | None
    now: datetime


def store(asked: Mapping[int, StoreAsk]) -> tuple[dict[int, Any], set[tuple[int, str]]]:
    """Write what is newer into the papers that are open and belong to the living browsers that ask.

    (The papers by place, without those that are somebody else's: id, deadline, submitted_at, prediction,
    prediction_rev; which (attempt id, question) were written.) The asks are for different papers. Unless each
    statement commits by itself the papers stay locked for the rest of the transaction.
    """
    papers, rows = [], []
    for place, each in asked.items():
        browser = each.browser
        papers.append(
            {
                "place": place,
                "public_id": each.attempt,
                "session_id": browser if isinstance(browser, int) else None,
                "token_hash": browser if isinstance(browser, str) else None,
                "latest": each.now - GRACE,
            }
        )
        rows += [
            {
                "place": place,
                "question": choice.question,
                "options": json.dumps(sorted(choice.options)),
                "rev": choice.rev,
                "saved_at": each.now,
            }
            for choice in each.choices
        ]
    dialect = dialect_name()
    given = {"asked": encode(dialect, papers), "rows": encode(dialect, rows)}
    if dialect == SQLITE:
        # Whoever writes there is alone, so that both see the same.
        located, stored = ask((_LOCATE, given), (_WRITE, given))
    else:
        located = stored = _LOCATE_AND_WRITE.rows(**given)
    written = {(row.attempt_id, row.question) for row in stored if row.question is not None}
    return {row.place: row for row in located}, written


def store_guesses(asked: Mapping[int, StoreAsk], papers: Mapping[int, Any]) -> dict[int, tuple[int, int]]:
    """By place the guess that is stored now, where one is newer than the one of `papers`."""
    rows = [
        {
            "id": papers[place].id,
            "value": each.guess[0],
            "rev": each.guess[1],
            "latest": each.now - GRACE,
            "place": place,
        }
        for place, each in asked.items()
        if each.guess is not None and each.guess[1] > papers[place].prediction_rev
    ]
    if not rows:
        return {}
    found = _WRITE_GUESSES.rows(rows=encode(dialect_name(), rows))
    by_id = {row.id: (row.prediction, row.prediction_rev) for row in found}
    return {place: by_id[papers[place].id] for place in asked if papers[place].id in by_id}


def read_answers(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Choice]:
    """What is stored in place of answers that were not newer."""
    rows = [{"attempt_id": attempt_id, "question": question} for attempt_id, question in sorted(wanted)]
    if not rows:
        return {}
    return {
        (row.attempt_id, row.question): Choice(row.question, tuple(json.loads(row.options)), row.rev)
        for row in _ANSWERS.rows(wanted=encode(dialect_name(), rows))
    }


_ASKED: Mapping[str, Any] = {
    "place": Integer(),
    "public_id": Text(),
    "session_id": BigInteger(),
    "token_hash": Text(),
    "latest": UTCDateTime(),
}
_ROWS: Mapping[str, Any] = {
    "place": Integer(),
    "question": Text(),
    "options": Text(),
    "rev": BigInteger(),
    "saved_at": UTCDateTime(),
}
_COLUMNS = ("attempt_id", "question", "options", "rev", "saved_at")


def _papers(dialect: str) -> Select[Any]:
    """The papers of the browsers that ask, in the order of their ids, so that two calls never wait for each other."""
    asked = row_set(dialect, "asked", _ASKED)
    mine = (BrowserSession.id == asked.c.session_id) | (BrowserSession.token_hash == asked.c.token_hash)
    return (
        select(
            asked.c.place,
            asked.c.latest,
            Attempt.id,
            Attempt.deadline,
            Attempt.submitted_at,
            Attempt.prediction,
            Attempt.prediction_rev,
        )  # fmt: skip
        .select_from(asked)
        .join(Attempt, Attempt.public_id == asked.c.public_id)
        .join(SessionParticipant, SessionParticipant.participant_id == Attempt.participant_id)
        .join(BrowserSession, BrowserSession.id == SessionParticipant.session_id)
        .where(BrowserSession.ended_at.is_(None), mine)
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    )


def _write(dialect: str, papers: CTE | Subquery) -> Any:
    """Stores the rows of papers that are open, unless something newer is stored; gives those that were."""
    rows = row_set(dialect, "rows", _ROWS)
    accepted = (
        select(papers.c.id, rows.c.question, rows.c.options, rows.c.rev, rows.c.saved_at)
        .select_from(rows.join(papers, papers.c.place == rows.c.place))
        # `rules.is_open`
        .where(papers.c.submitted_at.is_(None), papers.c.deadline >= papers.c.latest)
    )
    statement = upsert(table(Answer)).from_select(list(_COLUMNS), accepted)
    return statement.on_conflict_do_update(
        index_elements=["attempt_id", "question"],
        set_={name: statement.excluded[name] for name in ("options", "rev", "saved_at")},
        where=Answer.rev < statement.excluded.rev,
    ).returning(Answer.attempt_id, Answer.question)


def _locate_and_write(dialect: str) -> Select[Any]:
    """Both: the papers, each as many times as rows of it were stored, or once with none."""
    papers = _papers(dialect).cte("papers")
    written = _write(dialect, papers).cte("written")
    return select(*papers.c, written.c.attempt_id, written.c.question).select_from(
        papers.outerjoin(written, written.c.attempt_id == papers.c.id)
    )


def _write_guesses(dialect: str) -> Update:
    rows = row_set(
        dialect, "rows", {"id": Integer(), "value": BigInteger(), "rev": BigInteger(), "latest": UTCDateTime()}
    )
    attempts = table(Attempt)
    newer = (attempts.c.id == rows.c.id) & (attempts.c.prediction_rev < rows.c.rev)
    return (
        update(attempts)
        .where(newer, attempts.c.submitted_at.is_(None), attempts.c.deadline >= rows.c.latest)
        .values(prediction=rows.c.value, prediction_rev=rows.c.rev)
        .returning(attempts.c.id, attempts.c.prediction, attempts.c.prediction_rev)
    )


def _answers(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", {"attempt_id": BigInteger(), "question": Text()})
    of_wanted = (Answer.attempt_id == wanted.c.attempt_id) & (Answer.question == wanted.c.question)
    return (
        select(Answer.attempt_id, Answer.question, Answer.options, Answer.rev)
        .select_from(wanted)
        .join(Answer, of_wanted)
    )


_LOCATE = Statement(_papers)
_WRITE = Statement(lambda dialect: _write(dialect, _papers(dialect).subquery("papers")))
_LOCATE_AND_WRITE = Statement(_locate_and_write)
_WRITE_GUESSES = Statement(_write_guesses)
_ANSWERS = Statement(_answers)
