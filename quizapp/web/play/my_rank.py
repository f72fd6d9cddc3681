"""Why I have this rank: a page for the participant of this browser, once a round's result is published."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.contests import queries as contests
from quizapp.entries import queries as entries
from quizapp.results import sealing, versions
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id
from quizapp.web.play.blueprint import bp
from quizapp.web.play.my_rank_page import my_rank as explain
from quizapp.web.rules_words import COUNTED
from quizapp.web.settling import settle


@bp.get("/cuoc-thi/<slug>/<round_key>/thu-hang-cua-toi")
@allow("anyone")
def my_rank(slug: str, round_key: str) -> ResponseReturnValue:
    """The keys that decided, for whoever sits here; a passer-by is shown the way in."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(round_key)
    settle(contest)
    result = versions.published(round_.id) if sealing.has_result(contest, round_, g.now) else None
    me = entries.find_participant(current_session_id(), contest.id)
    return render_template(
        "play/my_rank.html",
        contest=contest,
        round=round_,
        result=result,
        me=me,
        page=explain(contest, round_, result, me) if result and me else None,
        counted_sentence=COUNTED[round_.spec.counted],
    )
