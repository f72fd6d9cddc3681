"""The life of a round's result: propose and finalize, back one step, publish, supersede. All flush; the edge commits.

Each step is a recorded act. What is published stays as it is: a later version supersedes it, and both are kept.
"""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update

from quizapp.areas import queries as areas
from quizapp.attempts import rulings
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.models import Round
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.errors import Conflict
from quizapp.results import ordering, queries, ranking_file, versions
from quizapp.results.models import ResultLine, RoundResult
from quizapp.results.rules import Stage
from quizapp.results.versions import ResultInfo


def finalize(contest: ContestInfo, round_: RoundInfo, *, actor: str, now: datetime) -> ResultInfo:
    """Make the round's ranking from its attempts and keep it as it is; with two persons, the first one's call proposes.

    Raises Conflict("round_not_settled", "already_finalized", "regrade_pending", "second_person_needed").
    """
    _lock(round_)
    stage = versions.stage_of(contest, round_, now)
    if stage in (Stage.FINALIZED, Stage.PUBLISHED):
        raise Conflict("already_finalized", round=round_.label)
    if stage not in (Stage.REVIEW, Stage.PROPOSED):
        raise Conflict("round_not_settled", round=round_.label)
    if rulings.find_staged(round_.id) is not None:
        raise Conflict("regrade_pending", round=round_.label)
    version = versions.latest(round_.id) or _open_version(contest, round_, 1, "", now)
    if contest.spec.publication.two_persons:
        if version.proposed_by is None:
            return _propose(contest, round_, version, actor, now)
        if version.proposed_by == actor:
            raise Conflict("second_person_needed", round=round_.label, person=actor)
    ranked = _write_lines(round_, version.id)
    _write_numbers(contest, round_, version.id, ranked, actor, now)
    reason = f"{version.version}" if version.version > 1 else ""
    made = _latest(round_)
    contests_service.record_act(
        contest.id, "finalize_round", actor=actor, now=now, round_key=round_.key, object=made.ranking_hash or "",
        reason=reason,
    )  # fmt: skip
    db.session.flush()
    return made


def reopen(contest: ContestInfo, round_: RoundInfo, *, actor: str, reason: str, now: datetime) -> None:
    """Back one step, from proposed or finalized to the review. Raises Conflict, Invalid("reason_missing")."""
    _lock(round_)
    stage = versions.stage_of(contest, round_, now)
    if stage is Stage.PUBLISHED:
        raise Conflict("result_published", round=round_.label)
    if stage not in (Stage.PROPOSED, Stage.FINALIZED):
        raise Conflict("nothing_to_reopen", round=round_.label)
    why = contests_service.given_reason(reason)
    version = _latest(round_)
    db.session.execute(delete(ResultLine).where(ResultLine.result_id == version.id))
    undone = ("proposed_at", "proposed_by", "finalized_at", "finalized_by", *_NUMBERS)
    db.session.execute(update(RoundResult).where(RoundResult.id == version.id).values(dict.fromkeys(undone)))
    contests_service.record_act(contest.id, "reopen_round", actor=actor, now=now, round_key=round_.key, reason=why)
    db.session.flush()


def publish(contest: ContestInfo, round_: RoundInfo, *, actor: str, now: datetime) -> ResultInfo:
    """Show the finalized version to everybody. Raises Conflict("not_finalized", "already_published")."""
    _lock(round_)
    stage = versions.stage_of(contest, round_, now)
    if stage is Stage.PUBLISHED:
        raise Conflict("already_published")
    if stage is not Stage.FINALIZED:
        raise Conflict("not_finalized", rounds=[round_.label])
    version = _latest(round_)
    db.session.execute(
        update(RoundResult).where(RoundResult.id == version.id).values(published_at=now, published_by=actor)
    )
    reason = f"{version.version}: {version.ranking_hash}"
    contests_service.record_act(contest.id, "publish_round", actor=actor, now=now, round_key=round_.key, reason=reason)
    db.session.flush()
    return _latest(round_)


def supersede(contest: ContestInfo, round_: RoundInfo, *, actor: str, reason: str, now: datetime) -> ResultInfo:
    """Open a new version of a published result for review; the published one stays until the new one is published.

    Raises Conflict("nothing_to_supersede"), Invalid("reason_missing").
    """
    _lock(round_)
    if versions.stage_of(contest, round_, now) is not Stage.PUBLISHED:
        raise Conflict("nothing_to_supersede", round=round_.label)
    why = contests_service.given_reason(reason)
    opened = _open_version(contest, round_, _latest(round_).version + 1, why, now)
    contests_service.record_act(contest.id, "supersede_round", actor=actor, now=now, round_key=round_.key, reason=why)
    db.session.flush()
    return opened


# Set when a version is finalized, beside who did it and when.
_NUMBERS = ("actual", "people", "attempts", "people_all_correct", "attempts_all_correct", "ranked", "ranking_hash")


def _lock(round_: RoundInfo) -> None:
    """Steps of one round take turns."""
    db.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())


def _latest(round_: RoundInfo) -> ResultInfo:
    found = versions.latest(round_.id)
    assert found is not None  # noqa: S101 - the stage says that there is one
    return found


def _open_version(contest: ContestInfo, round_: RoundInfo, version: int, reason: str, now: datetime) -> ResultInfo:
    row = RoundResult(
        contest_id=contest.id,
        round_id=round_.id,
        version=version,
        reason=reason,
        rules_version=round_.rules_version,
        opened_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return ResultInfo(**{field.name: getattr(row, field.name) for field in fields(ResultInfo)})


def _propose(contest: ContestInfo, round_: RoundInfo, version: ResultInfo, actor: str, now: datetime) -> ResultInfo:
    db.session.execute(
        update(RoundResult).where(RoundResult.id == version.id).values(proposed_at=now, proposed_by=actor)
    )
    contests_service.record_act(contest.id, "propose_round", actor=actor, now=now, round_key=round_.key)
    db.session.flush()
    return _latest(round_)


def _write_lines(round_: RoundInfo, result_id: int) -> int:
    """The ranking, computed from the attempts by the database and stored by the same statement; how many are ranked."""
    lines = ordering.ranked(round_, actual=contests.actual_of(round_.id))
    values = {"result_id": literal(result_id), **{name: lines.c[name] for name in ordering.COLUMNS}}
    statement = insert(ResultLine).from_select(list(values), select(*values.values()))
    written = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(written.rowcount)  # type: ignore[attr-defined]


def _write_numbers(
    contest: ContestInfo, round_: RoundInfo, result_id: int, ranked: int, actor: str, now: datetime
) -> None:
    found = queries.counts(contest.id, round_.id)
    db.session.execute(
        update(RoundResult)
        .where(RoundResult.id == result_id)
        .values(
            finalized_at=now,
            finalized_by=actor,
            actual=contests.actual_of(round_.id),
            people=found.people,
            attempts=found.attempts,
            people_all_correct=found.people_all_correct,
            attempts_all_correct=found.attempts_all_correct,
            ranked=ranked,
            ranking_hash=ranking_file.fingerprint(result_id, areas.get_tree_by_id(contest.tree_id)),
        )
    )
