"""The public page of a round's result: where it stands, what was counted, and every version that was published."""

from dataclasses import dataclass

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.attempts import rulings
from quizapp.audit.queries import find_head
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.results.versions import ResultInfo
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp
from quizapp.web.play.board_page import Board
from quizapp.web.play.public_result import published_version, published_versions
from quizapp.web.ranking_words import guess_text
from quizapp.web.rules_words import PREDICTIONS
from quizapp.web.ruling_notes import ruling_notes
from quizapp.web.settling import settle


@dataclass(frozen=True)
class Guessed:
    """What was to be guessed: the question, what was counted, the value; `before`, as counted first, after a ruling."""

    question: str
    counted: str
    value: str
    before: str | None


@bp.get("/cuoc-thi/<slug>/<round_key>/ket-qua")
@allow("anyone")
def round_result(slug: str, round_key: str) -> ResponseReturnValue:
    """The numbers of the published version (or an older one), what was to be guessed, and the ways on."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(round_key)
    settle(contest)
    result, newest = published_version(round_, request.args.get("version"))
    board = Board(contest, round_, areas.get_tree_by_id(contest.tree_id), None, None, g.now, result, newest)
    final = board.state == "final"
    return render_template(
        "play/round_result.html",
        contest=contest,
        round=round_,
        board=board,
        result=result if final else None,
        newest=newest,
        guessed=_guessed(board) if board.state in ("provisional", "final") else None,
        rulings=ruling_notes(contest, round_) if board.state in ("provisional", "final") else [],
        versions=published_versions(round_) if final else (),
        log=find_head(contest.id) if final else None,
    )


def _guessed(board: Board) -> Guessed | None:
    """The true value with its question; also as it was first counted, where a ruling on a question changed it."""
    prediction, actual = board.round_.spec.prediction, board.actual
    if prediction is None or actual is None:
        return None
    question, counted = PREDICTIONS[prediction.metric, prediction.scope]
    first = first_count(board.round_, board.result)
    before = guess_text(prediction, first) if first is not None and first != actual else None
    return Guessed(str(question), str(counted), guess_text(prediction, actual), before)


def first_count(round_: RoundInfo, result: ResultInfo | None) -> int | None:
    """What was counted when the round closed, where rulings that this version (None = what stands now) knows recounted.

    None when nothing was recounted.
    """
    until = result.finalized_at if result else None
    counts = [
        each.actual_before
        for each in rulings.list_applied(round_.id)
        if each.actual_before is not None and each.decided_at and (until is None or each.decided_at <= until)
    ]
    return counts[-1] if counts else None
