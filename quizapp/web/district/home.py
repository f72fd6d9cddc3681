"""The contests in which a member of staff sees something."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.web.access import allow, signed_in_actor, visible_contests
from quizapp.web.district.blueprint import bp


@bp.get("/")
@allow("staff")
def home() -> ResponseReturnValue:
    """The list, newest first."""
    return render_template("district/home.html", contests=visible_contests(signed_in_actor()), now=g.now)
