"""What is kept about somebody, for that person alone: to see it, correct it, take it along, or ask for more."""

import json
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from quizapp.areas import queries as areas
from quizapp.attempts import queries as attempts
from quizapp.clock import local_date
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import consents, corrections, erasing, requests
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.entries.rules import GENDERS
from quizapp.entries.service import CONSENT_VERSION
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import lookup
from quizapp.results.lookup import Person
from quizapp.web import limits
from quizapp.web.access import allow
from quizapp.web.entry_words import FIELD_LABELS, GENDER_LABELS, show_entry_code
from quizapp.web.forms import BaseForm
from quizapp.web.identity import own_session_id
from quizapp.web.own_data import field_label
from quizapp.web.play.area_choice import area_options
from quizapp.web.play.blueprint import bp
from quizapp.web.play.my_data_parts import everything, fields_in_words, looked_at
from quizapp.web.throttle import hold


class RequestForm(BaseForm):
    """A field that only the organizers change, and what it is to become."""

    field = SelectField(_l("Mục cần sửa"), coerce=str, validate_choice=False)
    value = StringField(_l("Nội dung đúng"), validators=[Length(max=300, message=_l("Nội dung quá dài."))])
    area = SelectField(_l("Đơn vị đúng (khi mục cần sửa là đơn vị, địa phương)"), coerce=str, validate_choice=False)
    note = TextAreaField(_l("Giải thích thêm"), validators=[Length(max=500, message=_l("Tối đa 500 ký tự."))])


class ErasureForm(BaseForm):
    """Taking the consent back altogether."""

    erasure_note = TextAreaField(
        _l("Điều đồng chí muốn nói thêm"), validators=[Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


@bp.get("/cuoc-thi/<slug>/du-lieu-cua-toi")
@allow("participant")
def my_data(slug: str) -> ResponseReturnValue:
    """The whole page."""
    contest, me = _mine(slug)
    return _page(contest, me)


@bp.post("/cuoc-thi/<slug>/du-lieu-cua-toi/sua")
@allow("participant")
def correct_my_data(slug: str) -> ResponseReturnValue:
    """Change simple fields at once."""
    contest, me = _mine(slug)
    form = _correction_form(contest, lookup.get_person(me.id))
    typed = {name: form[name].data or "" for name in corrections.simple_fields(contest.spec)}
    try:
        with transaction():
            corrections.correct(contest, me.id, typed, now=g.now)
    except Invalid as error:
        form.add_errors(error.details["fields"])
        return _page(contest, me, correction=form), 422
    return _done(contest, gettext("Đã sửa thông tin."))


@bp.post("/cuoc-thi/<slug>/du-lieu-cua-toi/xin-sua")
@allow("participant")
def request_correction(slug: str) -> ResponseReturnValue:
    """Ask the organizers to change what decides who one is and where one is counted."""
    contest, me = _mine(slug)
    form = _request_form(contest)
    field = form.field.data or ""
    value = form.area.data if field == "area" else form.value.data
    hold(limits.DATA_REQUESTS, str(me.id))
    if form.validate():
        try:
            with transaction():
                requests.ask_correction(
                    contest, me, field=field, value=value or "", note=form.note.data or "", now=g.now
                )
            return _done(contest, _told(contest))
        except (Invalid, Conflict) as error:
            form.add_errors(error.details.get("fields") or {"field": error.code})
    return _page(contest, me, asking=form), 422


@bp.post("/cuoc-thi/<slug>/du-lieu-cua-toi/xin-xoa")
@allow("participant")
def request_erasure(slug: str) -> ResponseReturnValue:
    """Take the consent back and ask for everything to be erased."""
    contest, me = _mine(slug)
    form = ErasureForm()
    hold(limits.DATA_REQUESTS, str(me.id))
    if form.validate():
        try:
            with transaction():
                code = requests.ask_erasure(me, note=form.erasure_note.data or "", now=g.now)
            return redirect(url_for("play.data_request", slug=slug, code=code), 303)
        except Conflict as error:
            form.add_errors({"erasure_note": error.code})
    return _page(contest, me, erasing_=form), 422


@bp.post("/cuoc-thi/<slug>/du-lieu-cua-toi/neu-ten")
@allow("participant")
def name_in_public(slug: str) -> ResponseReturnValue:
    """Be named in public lists, or not any more."""
    contest, me = _mine(slug)
    wanted = request.form.get("wanted") == "yes"
    with transaction():
        consents.name_in_public(me.id, wanted, version=CONSENT_VERSION, now=g.now)
    said = (
        gettext("Danh sách công khai sẽ nêu họ tên.")
        if wanted
        else gettext("Danh sách công khai không nêu họ tên nữa.")
    )
    return _done(contest, said)


@bp.get("/cuoc-thi/<slug>/du-lieu-cua-toi/tai-ve")
@allow("participant")
def download_my_data(slug: str) -> Response:
    """All of it as JSON."""
    contest, me = _mine(slug)
    answer = Response(
        json.dumps(everything(contest, me), ensure_ascii=False, indent=2, default=str),
        content_type="application/json; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="du-lieu-cua-toi-{contest.slug}.json"'
    return answer


@bp.get("/cuoc-thi/<slug>/yeu-cau-du-lieu/<code>")
@allow("anyone")
def data_request(slug: str, code: str) -> ResponseReturnValue:
    """The state of a request, for whoever has its address: it tells nothing about the person, and outlives the data."""
    contest = contests.get_public_contest(slug)
    asked = requests.find_request(contest.id, code)
    return render_template(
        "play/data_request.html", contest=contest, asked=asked, today=local_date(g.now), label=field_label
    )


def _mine(slug: str) -> tuple[ContestInfo, ParticipantInfo]:
    """The contest, and for whom this browser acts in it. Raises NotFound."""
    contest = contests.get_public_contest(slug)
    me = entries.find_participant(own_session_id(), contest.id)
    if me is None:
        raise NotFound("participant_not_found")
    return contest, me


def _done(contest: ContestInfo, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("play.my_data", slug=contest.slug), 303)


def _told(contest: ContestInfo) -> str:
    return gettext(
        "Đã gửi yêu cầu tới %(organizer)s. Câu trả lời hiện ở cuối trang này trong vòng 15 ngày.",
        organizer=contest.spec.organizer.name,
    )


def _page(
    contest: ContestInfo,
    me: ParticipantInfo,
    *,
    correction: BaseForm | None = None,
    asking: RequestForm | None = None,
    erasing_: ErasureForm | None = None,
) -> str:
    found = lookup.get_person(me.id)
    return render_template(
        "play/my_data.html",
        contest=contest,
        person=found,
        fields=[(field_label(name), value) for name, value in fields_in_words(contest, found).items()],
        entry_code=show_entry_code(found.entry_code),
        consents=consents.list_records(me.id),
        attempts=attempts.list_attempts(me.id),
        round_labels={round_.id: round_.label for round_ in contest.rounds},
        came_back=entries.list_resumptions(me.id),
        looked=looked_at(contest, found),
        requests=requests.list_of_person(me.id),
        today=local_date(g.now),
        may_correct=contest.takes_entries(g.now) and bool(corrections.simple_fields(contest.spec)),
        correction=correction or _correction_form(contest, found, filled=True),
        simple=corrections.simple_fields(contest.spec),
        asking=asking or _request_form(contest, empty=True),
        erasing=erasing_ or ErasureForm(formdata=None),
        erased_at=erasing.erased_at(contest.id),
        retention_months=current_app.config["QUIZ"].retention_months,
        label=field_label,
    )


def _correction_form(contest: ContestInfo, found: Person, *, filled: bool = False) -> BaseForm:
    """A form of the simple fields, with what is stored or what was typed."""
    made: dict[str, Any] = {}
    for name in corrections.simple_fields(contest.spec):
        if name == "gender":
            choices = [SelectChoice(each, str(GENDER_LABELS[each])) for each in GENDERS]
            if contest.spec.entry.fields.gender == "optional":
                choices.append(SelectChoice("", gettext("Không nêu")))
            made[name] = RadioField(FIELD_LABELS[name], choices=choices, coerce=str, validate_choice=False)
        else:
            made[name] = StringField(FIELD_LABELS[name])
    kind = type("CorrectionForm", (BaseForm,), made)
    stored = {name: getattr(found, name) or "" for name in made}
    return kind(formdata=None, data=stored) if filled else kind()


def _request_form(contest: ContestInfo, *, empty: bool = False) -> RequestForm:
    form = RequestForm(formdata=None) if empty else RequestForm()
    names = corrections.requested_fields(contest, g.now)
    form.field.choices = [SelectChoice(name, field_label(name)) for name in names]
    form.area.choices = area_options(areas.get_tree_by_id(contest.tree_id), form.area.data or "")
    return form
