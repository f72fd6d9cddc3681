"""Coming back with the entry code."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from quizapp.contests import queries as contests
from quizapp.errors import NotFound
from quizapp.web import entering
from quizapp.web.access import allow
from quizapp.web.forms import BaseForm
from quizapp.web.play.blueprint import bp


class ResumeForm(BaseForm):
    """The code alone."""

    entry_code = StringField(_l("Mã dự thi"))


@bp.route("/cuoc-thi/<slug>/tiep-tuc", methods=["GET", "POST"])
@allow("anyone")
def resume(slug: str) -> ResponseReturnValue:
    """Let this browser act for whoever holds the code."""
    contest = contests.get_public_contest(slug)
    form = ResumeForm()
    if form.submitted():
        try:
            entering.resume(contest, form.entry_code.data or "")
            return redirect(url_for("play.contest", slug=slug), 303)
        except NotFound as error:
            form.add_errors({"entry_code": error.code})
    return render_template("play/resume.html", contest=contest, form=form), 422 if form.errors else 200
