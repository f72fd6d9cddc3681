"""Deciding about answers that came late: accepted ones count as if they had come in time, refused ones stay evidence.

As with a ruling on a question, everything that follows is renewed in the same transaction: the paper's grade, the value
that was to be guessed, the counted attempts, the boards. Flushes; the edge commits.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from quizapp.attempts import counting, late, rulings, standings
from quizapp.attempts import queries as attempts
from quizapp.attempts import service as attempts_service
from quizapp.attempts.late import GUESS, LateItem, Verdict
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries import queries as entries
from quizapp.entries.refusals import about
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.leaderboard import boards
from quizapp.results import closing, sealing, versions
from quizapp.results.rules import Stage

# Once somebody has proposed or finalized a result it stands; it has to be taken back to the review first.
_DECIDABLE = (Stage.OPEN, Stage.CLOSING, Stage.REVIEW)
_ACTS: dict[Verdict, str] = {"accepted": "accept_late", "refused": "refuse_late"}


def may_accept(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True while the result of the round can still follow from what is accepted."""
    return versions.stage_of(contest, round_, now) in _DECIDABLE and rulings.find_staged(round_.id) is None


def decide(
    contest: ContestInfo,
    public_id: str,
    item_ids: Collection[int],
    verdict: Verdict,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> AttemptInfo:
    """Accept or refuse items that came late for an attempt of the contest; one act with its reason.

    Raises NotFound("attempt_not_found", "late_answer_not_found"); Invalid("reason_missing", "late_none_chosen");
    Conflict("late_decided") for an item that was decided so already, or accepted; and, accepting, for one where
    something newer stands ("late_outdated"), in a round whose result stands ("result_stands", round=...), while a
    ruling waits ("regrade_pending"), or when it moves the guessed value of a round whose result stands
    ("regrade_other_round").
    """
    why = contests_service.given_reason(reason)
    attempt = attempts.get_attempt(contest.id, public_id)
    round_ = contest.round_by_id(attempt.round_id)
    # The round first, then its papers, then people: in that order a round is closed early and its result finalized.
    contests.hold_round(round_, alone=True)
    attempts_service.settle(contest, [attempt.id], now=now)
    attempt = attempts.get_attempt(contest.id, public_id, lock=True)
    items = _chosen(attempt, item_ids, verdict)
    if verdict == "accepted":
        items = _accept(contest, round_, attempt, items, now)
    late.record(items, verdict, reason=why, actor=actor, now=now)
    what = f"lượt {attempt.number}, {_named(attempt, items)}: {why}"
    person = entries.get_participant(attempt.participant_id)
    contests_service.record_act(
        contest.id, _ACTS[verdict], actor=actor, now=now, round_key=round_.key, reason=about(person, what)
    )
    return attempts.get_attempt(contest.id, public_id)


def _chosen(attempt: AttemptInfo, item_ids: Collection[int], verdict: Verdict) -> list[LateItem]:
    """The items of these numbers, when this can be decided about them."""
    if not item_ids:
        raise Invalid("late_none_chosen")
    known = {item.id: item for item in late.list_items([attempt.id])}
    if not set(item_ids) <= set(known):
        raise NotFound("late_answer_not_found")
    chosen = [known[number] for number in sorted(set(item_ids))]
    if any(item.verdict in ("accepted", verdict) for item in chosen):
        raise Conflict("late_decided")
    return chosen


def _accept(
    contest: ContestInfo, round_: RoundInfo, attempt: AttemptInfo, items: Sequence[LateItem], now: datetime
) -> list[LateItem]:
    if versions.stage_of(contest, round_, now) not in _DECIDABLE:
        raise Conflict("result_stands", round=round_.label)
    if rulings.find_staged(round_.id) is not None:
        raise Conflict("regrade_pending", round=round_.label)
    stored = attempts.get_answers(attempt.id)
    if any(late.is_outdated(item, attempt, stored) for item in items):
        raise Conflict("late_outdated")
    done = late.put_in(contest, round_, attempt, items)
    _renew(contest, round_, attempt.participant_id, now)
    return done


def _renew(contest: ContestInfo, round_: RoundInfo, participant_id: int, now: datetime) -> None:
    """The guessed values, the counted attempts and the boards, as they follow from the attempts now."""
    moved = _recount(contest, round_, now)
    for each in {round_.id, *moved}:
        actual = contests.actual_of(each)
        if actual is not None:
            # Whose guess is the nearest may decide which attempt counts, so this is not one person's business.
            standings.recompute_round(contest, contest.round_by_id(each), actual)
            boards.invalidate(contest.id)
        else:
            counting.update_standings(contest, {(each, participant_id)})


def _recount(contest: ContestInfo, round_: RoundInfo, now: datetime) -> set[int]:
    """Count anew every frozen value that is about the round; the ids of the rounds whose value has changed."""
    moved = set()
    for each in contest.rounds:
        prediction, before = each.spec.prediction, contests.actual_of(each.id)
        about_it = any(one.id == round_.id for one in sealing.decided_by(contest, each))
        if prediction is None or before is None or not about_it:
            continue
        after = closing.count_actual(contest, each, prediction)
        if after == before:
            continue
        if each.id != round_.id:
            contests.hold_round(each, alone=True)
            if versions.stage_of(contest, each, now) is not Stage.REVIEW:
                raise Conflict("regrade_other_round", round=each.label)
        contests_service.recount_actual(each.id, after)
        moved.add(each.id)
    return moved


def _named(attempt: AttemptInfo, items: Sequence[LateItem]) -> str:
    """Which questions, by their numbers in the paper, and the guess."""
    numbers = {ref: number for number, (ref, _) in enumerate(attempt.paper, 1)}
    asked = sorted({numbers[item.question] for item in items if item.question != GUESS})
    guess = ["dự đoán"] if any(item.question == GUESS for item in items) else []
    return ", ".join([*(f"câu {number}" for number in asked), *guess])
