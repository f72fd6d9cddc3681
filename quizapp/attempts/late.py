"""What arrives after a paper's time is over: kept as evidence, and counted only when an organizer decides so.

Lines of evidence and decisions are added, never changed. That a decision may be made is for `results.late_decisions`
to say; here it is only carried out on the paper.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Select, func, insert, select, update

from quizapp.attempts import queries, rules, rulings
from quizapp.attempts.models import Answer, Attempt, LateAnswer, LateDecision
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db, upsert
from quizapp.entries.models import Participant

WINDOW = timedelta(hours=24)
MOST_ITEMS = 500
GUESS = ""
"""Where a question's ref would stand, for a guess."""

Verdict = Literal["accepted", "refused"]


@dataclass(frozen=True)
class LateItem:
    """A choice (`options`) or a guess (`question` is GUESS) that came late, and what holds of it now.

    `verdict` None: nobody has decided. `replaced`: what an accepted one took the place of: the options, or the guess;
    None for nothing.
    """

    id: int
    attempt_id: int
    question: str
    options: tuple[str, ...] | None
    prediction: int | None
    rev: int
    received_at: datetime
    verdict: Verdict | None
    reason: str | None
    actor: str | None
    decided_at: datetime | None
    replaced: Any


# --- keeping ------------------------------------------------------------------------------------------------------


def keep(
    public_id: str,
    session_id: int | None,
    batch: Sequence[Choice],
    prediction: tuple[str, int] | None,
    *,
    now: datetime,
) -> bool:
    """Keep what came too late for a paper that ended without being submitted; True when all of it is evidence now.

    What could not have been stored in time either (another question, an unknown option, an older revision) is left
    out; each (question, rev) is kept once. False for a submitted paper, after WINDOW, and beyond MOST_ITEMS.
    Raises NotFound as for any call on somebody else's attempt. Flushes; the edge commits.
    """
    attempt = queries.get_own_attempt(public_id, session_id, lock=True)
    if not _ended_by_itself(attempt, now) or now > attempt.deadline + WINDOW:
        return False
    known = {(item.question, item.rev) for item in list_items([attempt.id])}
    arrived = {(line["question"], line["rev"]): line for line in _worth_keeping(attempt, batch, prediction, known)}
    fresh = [line for key, line in arrived.items() if key not in known][: max(0, MOST_ITEMS - len(known))]
    if fresh:
        db.session.execute(
            insert(LateAnswer), [{**line, "attempt_id": attempt.id, "received_at": now} for line in fresh]
        )
    kept = known | {(line["question"], line["rev"]) for line in fresh}
    return bool(arrived) and kept >= set(arrived)


def _ended_by_itself(attempt: AttemptInfo, now: datetime) -> bool:
    """True when the time of the paper is over and its owner has not submitted it."""
    return attempt.finished_by == "deadline" or (attempt.submitted_at is None and not attempt.is_open(now))


def _worth_keeping(
    attempt: AttemptInfo,
    batch: Iterable[Choice],
    prediction: tuple[str, int] | None,
    known: set[tuple[str, int]],
) -> Iterator[dict[str, Any]]:
    """What saving would have stored had it come in time, as lines; what is known already is told again."""
    contest = contests.get_contest_by_id(attempt.contest_id)
    questions = contests.get_snapshot(contest.id, attempt.rules_version).questions
    shown = dict(attempt.paper)
    multiple = frozenset(ref for ref in shown if questions[ref].is_multiple)
    stored = queries.get_answers(attempt.id)
    for choice in batch:
        is_news = rules.is_newer(stored.get(choice.question), choice) or (choice.question, choice.rev) in known
        if is_news and rules.choice_problem(choice, shown, multiple) is None:
            options = json.dumps(sorted(choice.options))
            yield {"question": choice.question, "options": options, "prediction": None, "rev": choice.rev}
    asked = contest.round_by_id(attempt.round_id).spec.prediction
    if prediction is None or asked is None:
        return
    typed, rev = prediction
    value = rules.parse_prediction(asked.metric, typed)
    is_news = rev > attempt.prediction_rev or (GUESS, rev) in known
    if value is not None and is_news and 1 <= rev <= rules.MAX_REV:
        yield {"question": GUESS, "options": None, "prediction": value, "rev": rev}


# --- reading ------------------------------------------------------------------------------------------------------


def list_items(attempt_ids: Sequence[int]) -> list[LateItem]:
    """All that came late for these attempts, by attempt and in the order of arrival."""
    rows = db.session.execute(_items().where(LateAnswer.attempt_id.in_(attempt_ids)))
    # Whoever was refused first and accepted later has two decisions; the last one stands.
    found = {row.id: _item(row) for row in rows}
    return sorted(found.values(), key=lambda item: (item.attempt_id, item.received_at, item.question, item.rev))


def accepted_of(attempt_ids: Sequence[int]) -> dict[int, list[LateItem]]:
    """By attempt, what was accepted, in the order in which it was carried out."""
    found: dict[int, list[LateItem]] = {}
    accepted = _items().where(LateAnswer.attempt_id.in_(attempt_ids), LateDecision.verdict == "accepted")
    for row in db.session.execute(accepted):
        found.setdefault(row.attempt_id, []).append(_item(row))
    return found


_COLUMNS: tuple[Any, ...] = (
    LateAnswer.id, LateAnswer.attempt_id, LateAnswer.question, LateAnswer.options, LateAnswer.prediction,
    LateAnswer.rev, LateAnswer.received_at, LateDecision.verdict, LateDecision.reason, LateDecision.actor,
    LateDecision.at, LateDecision.replaced,
)  # fmt: skip


def _items() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(LateDecision, LateDecision.late_answer_id == LateAnswer.id)
        .order_by(LateDecision.id, LateAnswer.id)
    )


def _item(row: Any) -> LateItem:
    return LateItem(
        id=row.id,
        attempt_id=row.attempt_id,
        question=row.question,
        options=tuple(json.loads(row.options)) if row.options is not None else None,
        prediction=row.prediction,
        rev=row.rev,
        received_at=row.received_at,
        verdict=row.verdict,
        reason=row.reason,
        actor=row.actor,
        decided_at=row.at,
        replaced=json.loads(row.replaced) if row.replaced is not None else None,
    )


@dataclass(frozen=True)
class LatePaper:
    """An attempt for which something came late: whose, when, and how much is undecided, accepted, refused."""

    attempt: str
    number: int
    person: str
    full_name: str
    deadline: datetime
    first_at: datetime
    last_at: datetime
    undecided: int
    accepted: int
    refused: int


def list_papers(round_id: int, *, offset: int, limit: int) -> list[LatePaper]:
    """The attempts of a round for which something came late, the latest arrival first."""
    last = func.max(LateAnswer.received_at)
    found = db.session.execute(
        select(
            Attempt.id, Attempt.public_id, Attempt.number, Attempt.deadline, Participant.public_id.label("person"),
            Participant.full_name, func.min(LateAnswer.received_at).label("first_at"), last.label("last_at"),
        )
        .join(LateAnswer, LateAnswer.attempt_id == Attempt.id)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.round_id == round_id)
        .group_by(Attempt.id, Participant.id)
        .order_by(last.desc(), Attempt.id)
        .offset(offset)
        .limit(limit)
    ).all()  # fmt: skip
    items = list_items([row.id for row in found])
    return [
        LatePaper(
            attempt=row.public_id,
            number=row.number,
            person=row.person,
            full_name=row.full_name,
            deadline=row.deadline,
            first_at=row.first_at,
            last_at=row.last_at,
            **{
                name: sum(1 for item in items if item.attempt_id == row.id and item.verdict == verdict)
                for name, verdict in (("undecided", None), ("accepted", "accepted"), ("refused", "refused"))
            },
        )
        for row in found
    ]


def count_papers(round_id: int) -> tuple[int, int]:
    """How many attempts of a round something came late for, and how many of them have something undecided."""
    of_round = select(LateAnswer.attempt_id).join(Attempt, Attempt.id == LateAnswer.attempt_id)
    of_round = of_round.where(Attempt.round_id == round_id)
    decided = select(LateDecision.late_answer_id)
    undecided = of_round.where(LateAnswer.id.not_in(decided))
    everything, waiting = (
        db.session.scalar(select(func.count()).select_from(each.distinct().subquery())) or 0
        for each in (of_round, undecided)
    )
    return everything, waiting


# --- deciding -----------------------------------------------------------------------------------------------------


def is_outdated(item: LateItem, attempt: AttemptInfo, stored: Mapping[str, Choice]) -> bool:
    """True when something newer stands, so that accepting the item would change nothing."""
    if item.question == GUESS:
        return item.rev <= attempt.prediction_rev
    return item.question in stored and item.rev <= stored[item.question].rev


def record(items: Sequence[LateItem], verdict: Verdict, *, reason: str, actor: str, now: datetime) -> None:
    """Write down what was decided about each item. Flushes."""
    lines = [
        {
            "late_answer_id": item.id,
            "verdict": verdict,
            "reason": reason,
            "actor": actor,
            "at": now,
            "replaced": json.dumps(item.replaced),
        }
        for item in items
    ]
    db.session.execute(insert(LateDecision), lines)


def put_in(contest: ContestInfo, round_: RoundInfo, attempt: AttemptInfo, items: Sequence[LateItem]) -> list[LateItem]:
    """Let the items count: answers, guess and grade of the locked, final attempt follow; the receipt stays.

    Gives the items in the order in which they were put in, each with what it replaced. The caller has left outdated
    ones out. Flushes.
    """
    stored = queries.get_answers(attempt.id)
    guess, guess_rev = attempt.prediction, attempt.prediction_rev
    done = []
    for item in sorted(items, key=lambda item: (item.question, item.rev)):
        if item.options is None:
            done.append(replace(item, replaced=guess))
            guess, guess_rev = item.prediction, item.rev
        else:
            before = stored.get(item.question)
            done.append(replace(item, replaced=list(before.options) if before else None))
            stored[item.question] = Choice(item.question, item.options, item.rev)
    _write_answers(attempt.id, done)
    snapshot = contests.get_snapshot(contest.id, attempt.rules_version)
    chosen = {question: choice.options for question, choice in stored.items()}
    grade = rules.grade(attempt.paper, chosen, rulings.markings(round_.id, snapshot), round_.spec.paper.points)
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id)
        .values(score=grade.score, is_perfect=grade.is_perfect, prediction=guess, prediction_rev=guess_rev)
        .execution_options(synchronize_session=False)
    )
    return done


def _write_answers(attempt_id: int, items: Iterable[LateItem]) -> None:
    """The last one of each question; `saved_at` is when it arrived."""
    lines = {
        item.question: {
            "attempt_id": attempt_id,
            "question": item.question,
            "options": json.dumps(sorted(item.options)),
            "rev": item.rev,
            "saved_at": item.received_at,
        }
        for item in items
        if item.options is not None
    }
    if not lines:
        return
    statement = upsert(Answer).values(list(lines.values()))
    changed = {name: statement.excluded[name] for name in ("options", "rev", "saved_at")}
    db.session.execute(statement.on_conflict_do_update(index_elements=["attempt_id", "question"], set_=changed))
