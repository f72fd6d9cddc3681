"""Working out a ruling on a question, and carrying it out: which attempts change, from which score to which.

A ruling is staged beside the results, worked out there, looked at, then applied or cancelled. The database does the
work, in few statements: every question of a round is worth the same, so an attempt's new score follows from its old
one and from what was chosen for this one question, and all-correct follows from the score (`rules.is_full`).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, update

from quizapp.attempts import rules, rulings
from quizapp.attempts.models import Answer, Attempt, Regrade, RegradeChange
from quizapp.attempts.rules import Marking, RulingKind
from quizapp.attempts.rulings import RegradeInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import Snapshot, SnapshotQuestion, questions_in
from quizapp.db import db, upsert
from quizapp.errors import Conflict, Invalid, NotFound

REASON_MAX = 500
NOTE_MAX = 1000
_NO_ANSWER = "[]"
# So many attempts are worked out in one transaction.
_PART = 4000


def questions_of(snapshot: Snapshot, round_: RoundInfo) -> dict[str, SnapshotQuestion]:
    """The questions that a paper of the round may have, by ref, in the order of its blueprint."""
    refs = dict.fromkeys(ref for stratum in snapshot.blueprints.get(round_.key, ()) for ref in stratum.pool)
    return {ref: snapshot.questions[ref] for ref in refs}


def snapshot_of(contest: ContestInfo, round_: RoundInfo) -> Snapshot:
    """What the round is run by."""
    return contests.get_snapshot(contest.id, round_.rules_version)


@dataclass(frozen=True)
class Draft:
    """A ruling as it was asked for and found to make sense."""

    question: str
    kind: RulingKind
    answers: tuple[frozenset[str], ...]
    reason: str
    public_note: str


def check(
    contest: ContestInfo,
    round_: RoundInfo,
    question: str,
    kind: str,
    answers: Collection[Collection[str]],
    *,
    reason: str,
    public_note: str,
) -> Draft:
    """The ruling, when it can be made.

    Raises NotFound("question_not_in_round"); Invalid with `fields` (field -> code) for what was typed;
    Conflict("regrade_changes_nothing", "regrade_of_void").
    """
    snapshot = snapshot_of(contest, round_)
    found = questions_of(snapshot, round_).get(question)
    if found is None:
        raise NotFound("question_not_in_round")
    named = tuple(dict.fromkeys(frozenset(options) for options in answers))
    known = kind in get_args(RulingKind)
    fields = _wrong_texts(reason, public_note)
    fields |= _wrong_answers(kind, named, found) if known else {"kind": "regrade_kind_unknown"}
    if fields:
        raise Invalid("regrade_invalid", fields=fields)
    ruling = Draft(question, cast(RulingKind, kind), named, reason.strip(), public_note.strip())
    holds = rulings.markings(round_.id, snapshot)[question]
    if kind == "accept" and holds.void is not None:
        raise Conflict("regrade_of_void")
    if rules.rule_on(holds, ruling.kind, named, found) == holds:
        raise Conflict("regrade_changes_nothing")
    return ruling


def _wrong_texts(reason: str, public_note: str) -> dict[str, str]:
    wrong = {}
    for name, text, longest in (("reason", reason, REASON_MAX), ("public_note", public_note, NOTE_MAX)):
        if not text.strip():
            wrong[name] = f"{name}_missing"
        elif len(text.strip()) > longest:
            wrong[name] = f"{name}_too_long"
    return wrong


def _wrong_answers(kind: str, named: Sequence[frozenset[str]], question: SnapshotQuestion) -> dict[str, str]:
    options = {key for key, _ in question.options}
    if kind not in rules.NAMES_ANSWER:
        return {"answers": "regrade_names_no_answer"} if named else {}
    if len(named) != 1 or not named[0]:
        return {"answers": "regrade_needs_answer"}
    if not named[0] <= options:
        return {"answers": "option_unknown"}
    # A paper lets choose one option only where the key has one.
    if len(named[0]) > 1 and not question.is_multiple:
        return {"answers": "regrade_one_option"}
    return {}


def stage(
    contest: ContestInfo,
    round_: RoundInfo,
    question: str,
    kind: str,
    answers: Collection[Collection[str]],
    *,
    reason: str,
    public_note: str,
    actor: str,
    now: datetime,
) -> RegradeInfo:
    """Note down a ruling that is to be worked out (`workings`); nothing else is touched. Flushes.

    `answers`: the right sets of option keys that it names, one for rekey and accept, none for the others.
    Raises what `check` raises, and Conflict("regrade_pending") while another one of the round waits for a decision.
    """
    ruling = check(contest, round_, question, kind, answers, reason=reason, public_note=public_note)
    values = {
        "contest_id": contest.id,
        "round_id": round_.id,
        "question": ruling.question,
        "kind": ruling.kind,
        "answers": rulings.write_answers(ruling.answers),
        "reason": ruling.reason,
        "public_note": ruling.public_note,
        "state": "staged",
        "staged_at": now,
        "staged_by": actor,
        "summary": "{}",
    }
    regrade_id = db.session.scalar(upsert(Regrade).values(**values).on_conflict_do_nothing().returning(Regrade.id))
    if regrade_id is None:
        raise Conflict("regrade_pending", round=round_.label)
    return rulings.get_regrade(round_.id, regrade_id)


@dataclass(frozen=True)
class Workings:
    """What writes down the changes of a staged ruling, part by part, so that no transaction has to be long.

    A part is a span of attempts by id; to write one twice changes nothing.
    """

    parts: tuple[tuple[int, int], ...]
    _changes: Select[Any]

    def write(self, part: tuple[int, int]) -> None:
        """A line for each final attempt of the part whose score or all-correct the ruling changes. Flushes."""
        first, last = part
        changed = self._changes.where(Attempt.id >= first, Attempt.id <= last)
        columns = ["regrade_id", "attempt_id", "old_score", "new_score", "old_perfect", "new_perfect"]
        db.session.execute(upsert(RegradeChange).from_select(columns, changed).on_conflict_do_nothing())


def workings(contest: ContestInfo, round_: RoundInfo, regrade: RegradeInfo) -> Workings:
    """How the ruling is worked out, by the rulings that hold now; reads only."""
    snapshot = snapshot_of(contest, round_)
    question = regrade.question
    before = rulings.markings(round_.id, snapshot)
    after = {question: rules.rule_on(before[question], regrade.kind, regrade.answers, snapshot.questions[question])}
    return Workings(_parts(round_), _changes(regrade.id, round_, question, before, after))


def _parts(round_: RoundInfo) -> tuple[tuple[int, int], ...]:
    query = select(func.min(Attempt.id), func.max(Attempt.id)).where(Attempt.round_id == round_.id)
    first, last = db.session.execute(query).one()
    if first is None:
        return ()
    return tuple((start, min(last, start + _PART - 1)) for start in range(first, last + 1, _PART))


def _changes(
    regrade_id: int,
    round_: RoundInfo,
    question: str,
    before: Mapping[str, Marking],
    after: Mapping[str, Marking],
) -> Select[Any]:
    """(regrade, attempt, old and new score, old and new all-correct) of each final attempt that the ruling changes."""
    points = round_.spec.paper.points
    chosen = func.coalesce(Answer.options, _NO_ANSWER)
    gain = _gain(round_, question, before[question], after[question], chosen)
    dropped = {ref for ref, marking in before.items() if not marking.counts and ref != question}
    dropped |= {ref for ref, marking in after.items() if not marking.counts}
    score: Any = Attempt.score + gain * points
    counting = literal(questions_in(round_.spec)) - _how_many_of(dropped)
    perfect: Any = case((and_(counting > 0, score == counting * points), True), else_=False)
    return final_with(
        round_, question, literal(regrade_id), Attempt.id, Attempt.score, score, Attempt.is_perfect, perfect
    ).where(or_(Attempt.score != score, Attempt.is_perfect != perfect))


def final_with(round_: RoundInfo, question: str, *columns: Any) -> Select[Any]:
    """`columns` of the final attempts of the round whose paper has the question, beside its answer, if there is one."""
    return (
        select(*columns)
        .select_from(Attempt)
        .outerjoin(Answer, and_(Answer.attempt_id == Attempt.id, Answer.question == question))
        .where(Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None), has_question(question))
    )


def has_question(ref: str) -> ColumnElement[bool]:
    """True for attempts whose paper has the question: papers are JSON, in which a ref stands between quotes.

    Not by LIKE, to which on SQLite small and capital letters are the same.
    """
    return func.replace(Attempt.paper, json.dumps(ref, ensure_ascii=False), "") != Attempt.paper


def _gain(round_: RoundInfo, question: str, before: Marking, after: Marking, chosen: Any) -> Any:
    """1, 0 or -1: what each choice that somebody made for the question gains or loses."""
    choices = db.session.scalars(final_with(round_, question, chosen).distinct()).all()
    gains = {text: after.earns(json.loads(text)) - before.earns(json.loads(text)) for text in choices}
    moved = [(chosen == text, literal(gain)) for text, gain in sorted(gains.items()) if gain]
    return case(*moved, else_=0) if moved else literal(0)


def _how_many_of(refs: Collection[str]) -> Any:
    """How many of the questions an attempt's paper has."""
    total: Any = literal(0)
    for ref in sorted(refs):
        total = total + case((has_question(ref), 1), else_=0)
    return total


def cancel(regrade: RegradeInfo, *, actor: str, now: datetime) -> None:
    """Put a staged ruling aside; it stays in the history. Raises Conflict("regrade_decided")."""
    _decide(regrade, "cancelled", actor=actor, now=now)


def apply(regrade: RegradeInfo, *, actor: str, now: datetime) -> int:
    """Give the attempts their new scores; returns how many. Whatever follows from scores is the caller's to renew.

    Raises Conflict("regrade_decided") when it was applied or cancelled before, Conflict("regrade_outdated") when a
    score is not any more what it was when the ruling was worked out; then the caller's transaction changes nothing.
    """
    _decide(regrade, "applied", actor=actor, now=now)
    mine = RegradeChange.regrade_id == regrade.id
    wanted = db.session.scalar(select(func.count()).where(mine)) or 0
    done = db.session.execute(
        update(Attempt)
        .where(
            Attempt.id == RegradeChange.attempt_id,
            mine,
            Attempt.score == RegradeChange.old_score,
            Attempt.is_perfect == RegradeChange.old_perfect,
        )
        .values(score=RegradeChange.new_score, is_perfect=RegradeChange.new_perfect)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != wanted:  # type: ignore[attr-defined]
        raise Conflict("regrade_outdated")
    return wanted


def _decide(regrade: RegradeInfo, state: str, *, actor: str, now: datetime) -> None:
    claimed = db.session.execute(
        update(Regrade)
        .where(Regrade.id == regrade.id, Regrade.state == "staged")
        .values(state=state, decided_at=now, decided_by=actor)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("regrade_decided")


def keep_summary(regrade_id: int, summary: Mapping[str, Any]) -> None:
    """Keep what the organizer is shown before deciding."""
    _keep(regrade_id, summary=json.dumps(summary, ensure_ascii=False, sort_keys=True))


def keep_actual(regrade_id: int, *, before: int | None, after: int | None) -> None:
    """Keep the value to be guessed before and after."""
    _keep(regrade_id, actual_before=before, actual_after=after)


def hold_staged(regrade_id: int) -> None:
    """Nobody decides on the ruling for the rest of the transaction. Raises Conflict("regrade_decided")."""
    query = select(Regrade.state).where(Regrade.id == regrade_id).with_for_update()
    if db.session.scalar(query) != "staged":
        raise Conflict("regrade_decided")


def _keep(regrade_id: int, **values: object) -> None:
    db.session.execute(
        update(Regrade).where(Regrade.id == regrade_id).values(**values).execution_options(synchronize_session=False)
    )
