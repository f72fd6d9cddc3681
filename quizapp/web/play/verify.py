"""The page on which anybody finds what is needed to check the results."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.contests import queries as contests
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp
from quizapp.web.play.verify_page import verify_page
from quizapp.web.settling import settle


@bp.get("/cuoc-thi/<slug>/kiem-chung")
@allow("anyone")
def verify(slug: str) -> ResponseReturnValue:
    """How the papers were drawn, the files of the results, and the program that checks them."""
    contest = contests.get_public_contest(slug)
    settle(contest)
    return render_template("play/verify.html", contest=contest, page=verify_page(contest, g.now), now=g.now)
