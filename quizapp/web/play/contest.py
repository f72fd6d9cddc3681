"""The page of a contest."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.contests import queries as contests
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id
from quizapp.web.play.blueprint import bp
from quizapp.web.play.contest_page import contest_page
from quizapp.web.settling import settle


@bp.get("/cuoc-thi/<slug>")
@allow("anyone")
def contest(slug: str) -> ResponseReturnValue:
    """What the contest is, what the visitor can do now, and its rules."""
    found = contests.get_public_contest(slug)
    settle(found)
    page = contest_page(found, current_session_id(), g.now)
    return render_template("play/contest.html", contest=found, page=page, now=g.now)
