"""How the questions of a closed round were answered: read from all its final attempts."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select

from quizapp.attempts import regrading, rulings
from quizapp.attempts.models import Answer, Attempt
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import Snapshot
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results.statistics import ItemFigures, Totals, item_figures


def question_figures(
    contest: ContestInfo, round_: RoundInfo, area_ids: frozenset[int] | None = None
) -> dict[str, ItemFigures]:
    """The figures of every question that a paper of the round may have, by ref, in the order of the blueprint.

    `area_ids`: only the attempts of people of these areas; None = all. The figures follow the rulings that hold.
    Nothing of it may be seen before the round is settled.
    """
    snapshot = regrading.snapshot_of(contest, round_)
    markings = rulings.markings(round_.id, snapshot)
    final = [Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None)]
    if area_ids is not None:
        final.append(Attempt.participant_id.in_(select(Participant.id).where(Participant.area_id.in_(area_ids))))
    shown, choices = _shown(round_, snapshot, final), _choices(final)
    points = round_.spec.paper.points
    return {
        ref: item_figures(markings[ref], points, shown.get(ref, Totals()), choices.get(ref, {}))
        for ref in regrading.questions_of(snapshot, round_)
    }


# Final attempts have a score.
_SCORE: Any = Attempt.score
_SQUARE: Any = cast(_SCORE, BigInteger) * _SCORE


def _shown(round_: RoundInfo, snapshot: Snapshot, final: Sequence[ColumnElement[bool]]) -> dict[str, Totals]:
    """Which attempts had a question: all of them where every paper has every question, else by looking at each."""
    refs = regrading.questions_of(snapshot, round_)
    if all(stratum.count == len(stratum.pool) for stratum in snapshot.blueprints[round_.key]):
        row = db.session.execute(select(func.count(), func.sum(_SCORE), func.sum(_SQUARE)).where(*final)).one()
        return dict.fromkeys(refs, Totals(*(int(number or 0) for number in row)))
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    papers = select(Attempt.paper, _SCORE).where(*final).execution_options(yield_per=2000)
    for paper, score in db.session.execute(papers):
        for ref, _ in json.loads(paper):
            sums[ref][0] += 1
            sums[ref][1] += score
            sums[ref][2] += score * score
    return {ref: Totals(*numbers) for ref, numbers in sums.items()}


def _choices(final: Sequence[ColumnElement[bool]]) -> dict[str, dict[frozenset[str], Totals]]:
    """By question, the attempts that chose exactly those options."""
    query = (
        select(Answer.question, Answer.options, func.count(), func.sum(_SCORE), func.sum(_SQUARE))
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(*final)
        .group_by(Answer.question, Answer.options)
    )
    found: defaultdict[str, dict[frozenset[str], Totals]] = defaultdict(dict)
    for ref, options, *numbers in db.session.execute(query):
        found[ref][frozenset(json.loads(options))] = Totals(*(int(number) for number in numbers))
    return found
