"""Entering a contest, and the code to come back with."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Conflict, Forbidden, Invalid, QuizError, TooMany
from quizapp.web import entering, work
from quizapp.web.access import allow
from quizapp.web.entry_words import field_name, show_entry_code
from quizapp.web.identity import current_session_id
from quizapp.web.play.area_choice import find_active
from quizapp.web.play.blueprint import bp
from quizapp.web.play.contest_page import action_in
from quizapp.web.play.entry_form import LOOKS, EntryForm, entry_form
from quizapp.web.rules_text import round_facts

# Why somebody may not enter -> the field that says so; other reasons are told above the form.
_FIELD_OF_REFUSAL = {"age": "date_of_birth", "group_age": "group", "residence": "area"}


@bp.route("/cuoc-thi/<slug>/dang-ky", methods=["GET", "POST"])
@allow("anyone")
def enter(slug: str) -> ResponseReturnValue:
    """The entry form; sent with mistakes, it comes back with everything that was typed."""
    contest = contests.get_public_contest(slug)
    if not contest.takes_entries(g.now):
        raise Conflict("entry_closed")
    tree = areas.get_tree_by_id(contest.tree_id)
    form = entry_form(contest.spec, tree, areas.get_tree(tree.outside) if tree.outside else None)
    if request.method == "GET" or form.searches_area:
        return _form_page(contest, tree, form)
    try:
        return _entered(contest, form)
    except (Invalid, Forbidden, Conflict, TooMany) as error:
        _put_on_fields(form, error)
        known = error.details.get("resume") if error.code == "identity_known" else None
        asked = error.details if error.code == work.CODE else None
        page = _form_page(contest, tree, form, known=known, asked=asked)
        return page, error.status, {"Retry-After": asked["retry_after"]} if asked else {}


def _entered(contest: ContestInfo, form: EntryForm) -> ResponseReturnValue:
    if form.has_two_areas:
        raise Invalid("entry_invalid", fields={"area": "area_twice"})
    code = form.typed("entry_code") or None
    entered = entering.enter(
        contest,
        form.entry(),
        consent_version=form.consent_version,
        entry_code=code,
        brought=form.brought,
        guardian=form.guardian,
    )
    page = "play.entered" if entered.is_new else "play.contest"
    return redirect(url_for(page, slug=contest.slug), 303)


def _put_on_fields(form: EntryForm, error: QuizError) -> None:
    """Show a refusal where the person can do something about it, else above the form."""
    if error.code == "entry_invalid":
        form.refuse(error.details["fields"])
    elif error.code == "not_eligible":
        why = error.details["why"]
        form.refuse({_FIELD_OF_REFUSAL.get(why, ""): f"not_eligible_{why}"})
    elif error.code == work.CODE:
        form.work_challenge.data, form.work_answer.data = error.details["challenge"], ""
    elif error.code == "identity_known":
        if form.typed("entry_code"):
            form.refuse({"entry_code": "entry_code_wrong"})
    else:
        form.refuse({"": error.code})


def _form_page(
    contest: ContestInfo,
    tree: Tree,
    form: EntryForm,
    *,
    known: str | None = None,
    asked: Mapping[str, Any] | None = None,
) -> str:
    identity = contest.spec.entry.identity
    proof = [*identity, *(["date_of_birth"] if "date_of_birth" not in identity else [])]
    return render_template(
        "play/enter.html",
        contest=contest,
        form=form,
        looks=LOOKS,
        tree=tree,
        area_path=_path(tree, form.typed("area")),
        participant=entries.find_participant(current_session_id(), contest.id),
        known=known,
        work=asked,
        proof=[field_name(name) for name in proof],
        minimum_age=contest.spec.entry.age.min,
        retention_months=current_app.config["QUIZ"].retention_months,
    )


def _path(tree: Tree, code: str) -> list[str]:
    """The codes from below the root down to the chosen area, for the script that opens them one by one."""
    node = find_active(tree, code)
    if node is None or node.parent_id is None:
        return []
    return [other.code for other in (*tree.ancestors(node)[1:], node)]


@bp.get("/cuoc-thi/<slug>/ma-du-thi")
@allow("participant")
def entered(slug: str) -> ResponseReturnValue:
    """The entry code, large, to be noted down; and the way to the paper."""
    contest = contests.get_public_contest(slug)
    participant = entries.find_participant(current_session_id(), contest.id)
    if participant is None:
        return redirect(url_for("play.enter", slug=slug))
    round_ = contest.current_round(g.now)
    kind = _kind_of_action(contest, round_, participant) if round_ else None
    return render_template(
        "play/entered.html",
        contest=contest,
        name=participant.full_name,
        entry_code=show_entry_code(participant.entry_code),
        round=round_,
        may_start=kind in ("start", "resume"),
        is_coming=kind == "not_open",
        facts=round_facts(round_.spec) if round_ else (),
    )


def _kind_of_action(contest: ContestInfo, round_: RoundInfo, participant: ParticipantInfo) -> str:
    unsubmitted = attempts.find_open_attempt(participant.id, round_.id)
    return action_in(contest, round_, participant, [unsubmitted] if unsubmitted else [], g.now).kind
