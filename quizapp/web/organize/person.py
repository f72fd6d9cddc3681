"""Everything about one participant: as they entered, their papers, what was decided about them; and deciding it."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from quizapp.areas import queries as areas
from quizapp.attempts import extra_time, late
from quizapp.attempts import queries as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import full_score
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.entries import refusals, rules
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Conflict, Invalid
from quizapp.messages.staff import ACTS
from quizapp.results import lookup
from quizapp.results.lookup import Person
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.area_names import name_of
from quizapp.web.entry_words import FIELD_LABELS, GENDER_LABELS, show_entry_code
from quizapp.web.filters import day
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.settling import settle

_MINUTE = 60
_LONGEST_MINUTES = 4


class ReasonForm(BaseForm):
    """Why something is decided about a person; the reason stands in the contest's history."""

    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


class ExtraTimeForm(ReasonForm):
    """More minutes for a paper, and why."""

    minutes = StringField(_l("Thêm bao nhiêu phút"), validators=[InputRequired(_l("Hãy ghi số phút."))])

    @property
    def seconds(self) -> int:
        """What was typed, in seconds; 0 for what is no number of minutes."""
        typed = self.minutes.data or ""
        known = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_MINUTES
        return int(typed) * _MINUTE if known else 0


@dataclass(frozen=True)
class AttemptLine:
    """A paper (or a mark by hand) of the person; `score` is None until it is final. `late`: how much came too late."""

    attempt: AttemptInfo
    round_label: str
    state: Literal["open", "submitted", "expired", "marked"]
    full_score: int
    late: int


@bp.get("/<slug>/nguoi-du-thi/<person>")
@allow("organizer")
def person(slug: str, person: str) -> ResponseReturnValue:
    """The page of one participant."""
    contest = own_contest(slug)
    participant = entries.get_participant_by_code(contest.id, person)
    settle(contest)
    found, papers = lookup.get_person(participant.id), attempts.list_attempts(participant.id)
    too_late = Counter(item.attempt_id for item in late.list_items([paper.id for paper in papers]))
    refused = entries.list_refusals(participant.id)
    return render_template(
        "organize/person.html",
        contest=contest,
        person=found,
        typed=_typed(contest, found),
        lines=[_line(contest, paper, too_late[paper.id]) for paper in papers],
        refusal=refused[0] if refused and refused[0].lifted_at is None else None,
        acts=contests.list_acts_about(contest.id, person),
        act_names=ACTS,
        round_labels={round_.key: round_.label for round_ in contest.rounds},
    )


@bp.route("/<slug>/nguoi-du-thi/<person>/khong-cong-nhan", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def refuse_entry(slug: str, person: str) -> ResponseReturnValue:
    """Take the person out of all rankings; or show what that means first."""
    contest, form = own_contest(slug), ReasonForm()
    participant = entries.get_participant_by_code(contest.id, person)
    if form.submitted():
        with transaction():
            actor = signed_in_actor().login
            refusals.refuse(participant, reason=form.reason.data, actor=actor, now=g.now)
            awards.keep_up(contest, cause="refuse_entry", actor=actor, now=g.now)
        flash(gettext("Đã không công nhận phiếu dự thi của %(name)s.", name=participant.full_name), "success")
        return _to_person(contest, participant)
    page = render_template("organize/refuse_entry.html", contest=contest, person=participant, form=form)
    return page, 422 if form.errors else 200


@bp.route("/<slug>/nguoi-du-thi/<person>/cong-nhan-lai", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def lift_refusal(slug: str, person: str) -> ResponseReturnValue:
    """Take a refusal back."""
    contest, form = own_contest(slug), ReasonForm()
    participant = entries.get_participant_by_code(contest.id, person)
    if form.submitted():
        with transaction():
            actor = signed_in_actor().login
            refusals.lift(participant, reason=form.reason.data, actor=actor, now=g.now)
            awards.keep_up(contest, cause="lift_refusal", actor=actor, now=g.now)
        flash(gettext("Đã công nhận lại phiếu dự thi của %(name)s.", name=participant.full_name), "success")
        return _to_person(contest, participant)
    page = render_template("organize/lift_refusal.html", contest=contest, person=participant, form=form)
    return page, 422 if form.errors else 200


@bp.route("/<slug>/luot-thi/<paper>/them-gio", methods=["GET", "POST"])
@allow("organizer")
def extend_attempt(slug: str, paper: str) -> ResponseReturnValue:
    """Give one open paper more time."""
    contest, form = own_contest(slug), ExtraTimeForm()
    attempt = attempts.get_attempt(contest.id, paper)
    participant, round_ = entries.get_participant(attempt.participant_id), contest.round_by_id(attempt.round_id)
    if not attempt.is_open(g.now):
        raise Conflict("attempt_closed")
    if form.submitted() and _extend(contest, attempt, form):
        flash(gettext("Đã thêm giờ cho bài thi của %(name)s.", name=participant.full_name), "success")
        return _to_person(contest, participant)
    page = render_template(
        "organize/extend_attempt.html",
        contest=contest,
        person=participant,
        round=round_,
        attempt=attempt,
        form=form,
        most=_most_minutes(round_, attempt),
    )
    return page, 422 if form.errors else 200


def _extend(contest: ContestInfo, attempt: AttemptInfo, form: ExtraTimeForm) -> bool:
    """False, with the reason on the form, when so much time cannot be given."""
    try:
        with transaction():
            extra_time.extend_attempt(
                contest,
                attempt.public_id,
                seconds=form.seconds,
                reason=form.reason.data,
                actor=signed_in_actor().login,
                now=g.now,
            )
    except (Invalid, Conflict) as error:
        if error.code not in ("extra_time_invalid", "extra_time_past_close"):
            raise
        form.add_errors({"minutes": error.code}, **error.details)
        return False
    return True


def _most_minutes(round_: RoundInfo, attempt: AttemptInfo) -> int:
    """How many whole minutes the paper can still be given, for its round ends too."""
    left = int((round_.closes_at - attempt.deadline).total_seconds())
    return max(0, min(left, extra_time.MAX_SECONDS)) // _MINUTE


def _to_person(contest: ContestInfo, participant: ParticipantInfo) -> ResponseReturnValue:
    return redirect(url_for("organize.person", slug=contest.slug, person=participant.public_id), 303)


def _typed(contest: ContestInfo, found: Person) -> list[tuple[str, str]]:
    """(label, value) of everything that the person typed, with what only reaches them masked (see `contact`)."""
    groups = {group.key: group.label for group in contest.spec.groups}
    typed = {
        "full_name": found.full_name,
        "date_of_birth": day(found.date_of_birth) if found.date_of_birth else None,
        "gender": str(GENDER_LABELS[found.gender]) if found.gender else None,
        "phone": rules.mask_phone(found.phone) if found.phone else None,
        "email": rules.mask_email(found.email) if found.email else None,
        "citizen_id": rules.mask_citizen_id(found.citizen_id) if found.citizen_id else None,
        "address": gettext("(được che)") if found.address else None,
        "area": name_of(areas.get_tree_by_id(contest.tree_id), found.area_id),
        "unit": found.unit,
        "group": groups.get(found.group_key or ""),
    }
    shown = [(str(FIELD_LABELS[name]), value) for name, value in typed.items() if value]
    return [*shown, (gettext("Mã dự thi"), show_entry_code(found.entry_code))]


def _line(contest: ContestInfo, attempt: AttemptInfo, too_late: int) -> AttemptLine:
    round_ = contest.round_by_id(attempt.round_id)
    state: Literal["open", "submitted", "expired", "marked"] = "submitted"
    if attempt.is_open(g.now):
        state = "open"
    elif round_.spec.paper.mode == "marked":
        state = "marked"
    elif attempt.finished_by == "deadline":
        state = "expired"
    return AttemptLine(attempt, round_.label, state, full_score(round_.spec), too_late)
