"""Decisions about single prizes, each confirmed with a reason: refuse, take back, draw a lot, give by hand."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length

from quizapp.areas import queries as areas
from quizapp.awards import deciding, decisions, parts, queries
from quizapp.awards.parts import Part
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.errors import Conflict, NotFound
from quizapp.results import lookup
from quizapp.web import searching
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.area_names import name_of
from quizapp.web.award_words import contestants, ranking_title
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp

_SHOWN = 20


class ReasonForm(BaseForm):
    """A decision and why; the reason stands in the minutes."""

    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


class RefuseForm(ReasonForm):
    """A refusal, of one round's prizes or of all."""

    scope = RadioField(
        _l("Áp dụng cho"), validate_choice=False, validators=[InputRequired(_l("Hãy chọn phạm vi áp dụng."))]
    )


class GiveForm(ReasonForm):
    """A prize by hand: who gets it."""

    winner = RadioField(
        _l("Trao cho"), validate_choice=False, validators=[InputRequired(_l("Hãy chọn người hoặc đơn vị nhận giải."))]
    )


@bp.route("/<slug>/giai-thuong/khong-trao/<person>", methods=["GET", "POST"])
@allow("organizer")
def refuse_prize(slug: str, person: str) -> ResponseReturnValue:
    """No prize for a person, in one round or in the contest; the next in rank follows."""
    contest = own_contest(slug)
    named = queries.name_people(contest.id, [person]).get(person)
    if named is None:
        raise NotFound("participant_not_found")
    form = RefuseForm()
    form.scope.choices = [
        *(SelectChoice(round_.key, round_.label) for round_ in contest.rounds),
        SelectChoice("*", gettext("Toàn cuộc thi")),
    ]
    form.scope.validators = [*form.scope.validators, AnyOf([choice.value for choice in form.scope.choices])]
    if not form.is_submitted():
        form.scope.data = request.args.get("round") or "*"
    facts = [(gettext("Họ và tên"), named.full_name), (gettext("Đơn vị"), _place(contest, named.area_id, named.unit))]
    return _decide(
        contest, form, "refuse_prize", facts, deciding.refuse_prize, person,
        given=lambda: {"round_key": None if form.scope.data == "*" else form.scope.data},
    )  # fmt: skip


@bp.route("/<slug>/giai-thuong/trao-lai/<int:number>", methods=["GET", "POST"])
@allow("organizer")
def lift_prize_refusal(slug: str, number: int) -> ResponseReturnValue:
    """Take a refusal back."""
    contest = own_contest(slug)
    refusal = next((each for each in decisions.list_refusals(contest.id) if each.id == number), None)
    if refusal is None:
        raise NotFound("refusal_not_found")
    facts = [(gettext("Họ và tên"), refusal.full_name), (gettext("Lý do đã ghi"), refusal.reason)]
    return _decide(contest, ReasonForm(), "lift_prize_refusal", facts, deciding.lift_refusal, number)


@bp.route("/<slug>/giai-thuong/boc-tham/<ranking>/<int:number>", methods=["GET", "POST"])
@allow("organizer")
def draw_lot(slug: str, ranking: str, number: int) -> ResponseReturnValue:
    """Draw a lot among those who are equal at rank `number`."""
    contest = own_contest(slug)
    part = parts.get_part(contest, ranking)
    lot = _open_lot(contest, part, number)
    facts = [
        (gettext("Bảng xếp hạng"), _title(contest, part)),
        (gettext("Hạng"), str(number)),
        (gettext("Bằng nhau"), contestants(part.name, lot["people"])),
    ]
    return _decide(contest, ReasonForm(), "draw_lot", facts, deciding.draw_lot, part.name, number)


@bp.route("/<slug>/giai-thuong/rut/<int:number>", methods=["GET", "POST"])
@allow("organizer")
def withdraw_award(slug: str, number: int) -> ResponseReturnValue:
    """Take back a prize that was given by name."""
    contest = own_contest(slug)
    given = next((each for each in decisions.list_given(contest.id) if each.id == number), None)
    if given is None:
        raise NotFound("hand_award_not_found")
    facts = [(gettext("Giải"), given.prize), (gettext("Lý do đã ghi"), given.reason)]
    return _decide(contest, ReasonForm(), "withdraw_award", facts, deciding.withdraw, number)


@bp.route("/<slug>/giai-thuong/trao/<ranking>/<int:number>", methods=["GET", "POST"])
@allow("organizer")
def give_award(slug: str, ranking: str, number: int) -> ResponseReturnValue:
    """Give the prize of place `number` of a ranking to a person or an area, who is looked for first."""
    contest = own_contest(slug)
    part = parts.get_part(contest, ranking)
    prize = _prize_at(part, number)
    if searching.is_asked():
        return searching.lead_on("organize.give_award", slug=slug, ranking=ranking, number=number)
    form, wanted = GiveForm(), searching.looked_for()
    form.winner.choices = _choices(contest, part, wanted.typed)
    if form.submitted():
        winner, reason = form.winner.data, form.reason.data
        return _taken(contest, deciding.give_by_hand, part.name, prize, winner, reason=reason)
    page = render_template(
        "organize/give_award.html",
        contest=contest,
        form=form,
        part=part,
        number=number,
        prize=prize,
        title=_title(contest, part),
        wanted=wanted,
    )
    return page, 422 if form.errors else 200


def _decide(
    contest: ContestInfo,
    form: ReasonForm,
    kind: str,
    facts: list[tuple[str, str]],
    act: Callable[..., Any],
    *args: object,
    given: Callable[[], dict[str, Any]] = dict,
) -> ResponseReturnValue:
    """Show a decision with its form, or take it once a reason is given."""
    if form.submitted():
        return _taken(contest, act, *args, reason=form.reason.data, **given())
    page = render_template("organize/award_decision.html", contest=contest, form=form, kind=kind, items=facts)
    return page, 422 if form.errors else 200


def _taken(contest: ContestInfo, act: Callable[..., Any], *args: object, **given: Any) -> ResponseReturnValue:
    with transaction():
        act(contest, *args, actor=signed_in_actor().login, now=g.now, **given)
    flash(gettext("Đã ghi quyết định. Danh sách giải được lập lại."), "success")
    return redirect(url_for("organize.awards", slug=contest.slug))


def _open_lot(contest: ContestInfo, part: Part, rank: int) -> dict[str, Any]:
    sheet = queries.latest(contest.id)
    for ranking in queries.content_of(sheet.id)["rankings"] if sheet else []:
        for place in ranking["places"]:
            lot: dict[str, Any] | None = place["open_lot"]
            if lot is not None and (lot["ranking"], lot["rank"]) == (part.name, rank):
                return lot
    raise Conflict("no_lot_needed")


def _prize_at(part: Part, number: int) -> str:
    """The name of the prize by hand at that place. Raises NotFound("prize_not_found")."""
    for line in part.prizes:
        if 1 <= number <= line.count and line.by_hand:
            return line.name
        number -= line.count
    raise NotFound("prize_not_found")


def _choices(contest: ContestInfo, part: Part, typed: str) -> list[SelectChoice]:
    if not part.is_of_people:
        return _areas(contest, part, typed)
    if not typed:
        return []
    found, _ = lookup.find_people(contest, typed, offset=0, limit=_SHOWN)
    return [
        SelectChoice(each.public_id, f"{each.full_name} – {_place(contest, each.area_id, each.unit)}") for each in found
    ]


def _areas(contest: ContestInfo, part: Part, typed: str) -> list[SelectChoice]:
    tree = areas.get_tree_by_id(contest.tree_id)
    level = contest.spec.collectives[part.collective or 0].level
    found = tree.search(typed, level=level, limit=_SHOWN) if typed else tree.at_level(level)[:_SHOWN]
    return [SelectChoice(node.code, name_of(tree, node.id)) for node in found]


def _place(contest: ContestInfo, area_id: int | None, unit: str | None) -> str:
    tree = areas.get_tree_by_id(contest.tree_id)
    return ", ".join(part for part in (unit, name_of(tree, area_id)) if part) or gettext("chưa rõ đơn vị")


def _title(contest: ContestInfo, part: Part) -> str:
    named = {
        "kind": part.kind, "round": part.round.key if part.round else None, "group": part.group,
        "collective": part.collective,
    }  # fmt: skip
    return ranking_title(contest, areas.get_tree_by_id(contest.tree_id), named)
