"""Seeing somebody's telephone number, citizen id, e-mail and address whole: for a reason, which is remembered."""

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.contests.service import given_reason, record_act
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.entries.refusals import about
from quizapp.results import lookup
from quizapp.results.lookup import Person
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.entry_words import FIELD_LABELS
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.person import ReasonForm

_HIDDEN = ("phone", "email", "citizen_id", "address")


@bp.route("/<slug>/nguoi-du-thi/<person>/lien-he", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def contact(slug: str, person: str) -> ResponseReturnValue:
    """Ask for the reason; then show what is masked elsewhere. Loaded again, the page asks again."""
    contest, form = own_contest(slug), ReasonForm()
    participant = entries.get_participant_by_code(contest.id, person)
    shown: list[tuple[str, str]] = []
    if form.submitted():
        with transaction():
            told = about(participant, given_reason(form.reason.data))
            record_act(contest.id, "view_personal_data", actor=signed_in_actor().login, now=g.now, reason=told)
        shown = _contacts(lookup.get_person(participant.id))
    page = render_template("organize/contact.html", contest=contest, person=participant, form=form, shown=shown)
    return page, 422 if form.errors else 200


def _contacts(found: Person) -> list[tuple[str, str]]:
    """(label, value) of what the person gave; "nothing" says that there is nothing."""
    given = [(str(FIELD_LABELS[name]), getattr(found, name)) for name in _HIDDEN if getattr(found, name)]
    if found.guardian_name:
        given.append((gettext("Cha, mẹ hoặc người giám hộ"), found.guardian_name))
    return given or [(gettext("Thông tin liên hệ"), gettext("Không còn hoặc chưa khai."))]
