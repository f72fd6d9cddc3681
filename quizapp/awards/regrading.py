"""Rulings on questions of a round under review: work out, look at, then apply or cancel as one act.

Working out reads the whole round, so it is done in short transactions of its own: saves in other rounds go on
meanwhile, on SQLite too. Deciding flushes, and the edge commits: an applied ruling is there as a whole or not at all.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from quizapp.attempts import regrading, rulings, standings
from quizapp.attempts.rulings import RegradeInfo
from quizapp.awards.regrade_preview import preview
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import fresh_snapshot, transaction
from quizapp.errors import Conflict
from quizapp.leaderboard import boards
from quizapp.results import recounting, versions
from quizapp.results.recounting import Recount
from quizapp.results.rules import Stage


def stage_ruling(
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
    """Note down a ruling and work out what it would change; results stay as they are. Outside of a transaction.

    Raises Conflict("not_under_review") and what `attempts.regrading.stage` raises, and what `work_out` raises.
    """
    with transaction():
        _hold_review(contest, round_, now)
        regrade = regrading.stage(
            contest, round_, question, kind, answers, reason=reason, public_note=public_note, actor=actor, now=now
        )
        _record(contest, round_, "stage_regrade", regrade, actor, now)
    return work_out(contest, round_, regrade.id, actor=actor, now=now)


def work_out(contest: ContestInfo, round_: RoundInfo, regrade_id: int, *, actor: str, now: datetime) -> RegradeInfo:
    """Collect what a staged ruling would change, and keep the figures with it. Outside of a transaction.

    May be called again for one that was broken off. Raises NotFound, Conflict("regrade_decided"); the ruling is
    cancelled on Conflict("regrade_other_round").
    """
    fresh_snapshot()
    regrade = rulings.get_regrade(round_.id, regrade_id)
    workings = regrading.workings(contest, round_, regrade)
    for part in workings.parts:
        with transaction():
            regrading.hold_staged(regrade.id)
            workings.write(part)
    fresh_snapshot()
    actual = contests.actual_of(round_.id)
    try:
        recounts = _recounts(contest, round_, regrade, now)
    except Conflict:
        with transaction():
            cancel_ruling(contest, round_, regrade.id, actor=actor, now=now)
        raise
    found = preview(contest, round_, regrade, recounts, actual=actual)
    with transaction():
        regrading.hold_staged(regrade.id)
        _keep_actual(round_, regrade, recounts)
        regrading.keep_summary(regrade.id, found)
    return rulings.get_regrade(round_.id, regrade.id)


def cancel_ruling(
    contest: ContestInfo, round_: RoundInfo, regrade_id: int, *, actor: str, now: datetime
) -> RegradeInfo:
    """Put a staged ruling aside. Raises NotFound, Conflict("regrade_decided")."""
    regrade = rulings.get_regrade(round_.id, regrade_id)
    regrading.cancel(regrade, actor=actor, now=now)
    _record(contest, round_, "cancel_regrade", regrade, actor, now)
    return rulings.get_regrade(round_.id, regrade_id)


def apply_ruling(contest: ContestInfo, round_: RoundInfo, regrade_id: int, *, actor: str, now: datetime) -> RegradeInfo:
    """Give the attempts their new scores, count anew what was to be guessed, choose the counted attempts again.

    Raises NotFound; Conflict("not_under_review", "regrade_other_round", "regrade_unfinished", "regrade_decided",
    "regrade_outdated").
    """
    _hold_review(contest, round_, now)
    regrade = rulings.get_regrade(round_.id, regrade_id)
    if not regrade.is_worked_out:
        raise Conflict("regrade_unfinished")
    recounts = _recounts(contest, round_, regrade, now)
    regrading.apply(regrade, actor=actor, now=now)
    # A ruling on another round may have been applied since this one was worked out.
    _keep_actual(round_, regrade, recounts)
    for each in recounts:
        contests_service.recount_actual(each.round.id, each.after)
    actuals = {each.round.id: each.after for each in recounts if each.before != each.after}
    for affected in {round_.id, *actuals}:
        actual = actuals.get(affected, contests.actual_of(affected))
        standings.recompute_round(contest, contest.round_by_id(affected), actual)
    boards.invalidate(contest.id)
    _record(contest, round_, "apply_regrade", regrade, actor, now)
    return rulings.get_regrade(round_.id, regrade_id)


def _hold_review(contest: ContestInfo, round_: RoundInfo, now: datetime) -> None:
    """The round is under review, and stays so for the rest of the transaction."""
    contests.hold_round(round_, alone=True)
    if versions.stage_of(contest, round_, now) is not Stage.REVIEW:
        raise Conflict("not_under_review", round=round_.label)


def _recounts(contest: ContestInfo, round_: RoundInfo, regrade: RegradeInfo, now: datetime) -> list[Recount]:
    """What becomes of guessed values; those of other rounds change only while these are under review, too."""
    found = recounting.recounts(contest, round_, regrade.id)
    for each in found:
        if each.round.id != round_.id and each.before != each.after:
            contests.hold_round(each.round, alone=True)
            if versions.stage_of(contest, each.round, now) is not Stage.REVIEW:
                raise Conflict("regrade_other_round", round=each.round.label)
    return found


def _keep_actual(round_: RoundInfo, regrade: RegradeInfo, recounts: Sequence[Recount]) -> None:
    own = next((each for each in recounts if each.round.id == round_.id), None)
    regrading.keep_actual(regrade.id, before=own.before if own else None, after=own.after if own else None)


def _record(contest: ContestInfo, round_: RoundInfo, act: str, regrade: RegradeInfo, actor: str, now: datetime) -> None:
    answers = " / ".join("".join(sorted(options)) for options in regrade.answers)
    what = " ".join(filter(None, (regrade.question, regrade.kind, answers)))
    contests_service.record_act(
        contest.id, act, actor=actor, now=now, round_key=round_.key, reason=f"{what}: {regrade.reason}"
    )
