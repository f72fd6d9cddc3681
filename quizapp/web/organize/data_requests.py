"""Requests of people about their data: the queue with its days, and the answer to each."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from quizapp.attempts import rollups
from quizapp.awards import service as awards
from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import requests
from quizapp.entries.requests import RequestInfo
from quizapp.errors import Conflict, Invalid
from quizapp.results import lookup, versions
from quizapp.results.rules import Stage
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.own_data import field_label, shown_value


class AnswerForm(BaseForm):
    """What the person reads; a refusal needs it."""

    answer = TextAreaField(_l("Trả lời người dự thi"), validators=[Length(max=500, message=_l("Tối đa 500 ký tự."))])

    @property
    def accepts(self) -> bool:
        """True when the button of accepting was pressed."""
        return "accept" in request.form


@bp.get("/<slug>/yeu-cau-du-lieu")
@allow("organizer")
def data_requests(slug: str) -> ResponseReturnValue:
    """The queue: what waits, the oldest first, then what has been answered."""
    contest = own_contest(slug)
    return render_template(
        "organize/data_requests.html",
        contest=contest,
        waiting=requests.list_of_contest(contest.id, is_open=True),
        answered=requests.list_of_contest(contest.id, is_open=False),
        today=local_date(g.now),
        label=field_label,
    )


@bp.route("/<slug>/yeu-cau-du-lieu/<code>", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def data_request(slug: str, code: str) -> ResponseReturnValue:
    """One request, and answering it: accepting does it at once, refusing says why."""
    contest, form = own_contest(slug), AnswerForm()
    asked = requests.find_request(contest.id, code)
    if form.submitted() and _answered(contest, asked, form):
        return redirect(url_for("organize.data_requests", slug=slug), 303)
    page = render_template(
        "organize/data_request.html",
        contest=contest,
        asked=asked,
        form=form,
        today=local_date(g.now),
        label=field_label,
        present=_present(contest, asked),
        wanted=shown_value(contest, asked.field, asked.value) if asked.field else None,
        results_final=_results_final(contest),
    )
    return page, 422 if form.errors else 200


def _answered(contest: ContestInfo, asked: RequestInfo, form: AnswerForm) -> bool:
    """False, with the reason on the form, when it cannot be answered so."""
    try:
        with transaction():
            if form.accepts:
                _accept(contest, asked, form)
            else:
                requests.refuse(
                    contest, asked.public_id, answer=form.answer.data or "", actor=signed_in_actor().login, now=g.now
                )
    except (Invalid, Conflict) as error:
        if error.code == "reason_missing":
            form.add_errors({"answer": "answer_missing"})
        else:
            form.add_errors({"": next(iter(error.details.get("fields", {}).values()), error.code)})
        return False
    flash(gettext("Đã trả lời yêu cầu."), "success")
    return True


def _accept(contest: ContestInfo, asked: RequestInfo, form: AnswerForm) -> None:
    actor, final = signed_in_actor().login, _results_final(contest)
    requests.accept(
        contest, asked.public_id, answer=form.answer.data or "", results_final=final, actor=actor, now=g.now
    )
    if asked.field == "area":
        # The figures by area that are not frozen yet.
        rollups.rebuild(contest.id)
    if not final:
        awards.keep_up(contest, cause="data_request", actor=actor, now=g.now)


def _results_final(contest: ContestInfo) -> bool:
    """Whether every round's result stands."""
    stages = [versions.stage_of(contest, round_, g.now) for round_ in contest.rounds]
    return all(stage in (Stage.FINALIZED, Stage.PUBLISHED) for stage in stages)


def _present(contest: ContestInfo, asked: RequestInfo) -> str | None:
    """What the field is now."""
    if asked.field is None:
        return None
    found = lookup.get_person(asked.participant_id)
    stored = {"area": found.area_id, "group": found.group_key}.get(asked.field, getattr(found, asked.field, None))
    return shown_value(contest, asked.field, stored)
