"""How many people the areas of a contest have: a list uploaded, or one area after the other; what is still missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.awards import queries as award_sheets
from quizapp.awards import service as awards
from quizapp.awards.area_ranking import needs_size
from quizapp.contests import queries, sizes_file
from quizapp.contests import sizes as sizes_service
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.results.files import download_name
from quizapp.results.tables import Column, Table
from quizapp.strict_yaml import RefusedFile
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.downloads import send_table
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.csv_form import CsvForm
from quizapp.web.organize.yaml_form import ShownProblem, shown_problems

_NAME = "quy-mo.csv"


class SizesForm(CsvForm):
    """A list of areas with how many people they have."""

    mode = RadioField(
        _l("Những đơn vị không có trong tệp"),
        choices=[
            SelectChoice("update", _l("Giữ nguyên số đã nhập")),
            SelectChoice("replace", _l("Bỏ số đã nhập: thay bằng đúng tệp này")),
        ],
        default="update",
        validators=[InputRequired(_l("Hãy chọn một cách."))],
    )


class SizeForm(BaseForm):
    """One area and its people."""

    class Meta(BaseForm.Meta):
        """Its token is written by the template: two fields of one page must not have the same id."""

        csrf = False

    area = StringField(_l("Mã hoặc tên đơn vị"), validators=[InputRequired(_l("Hãy ghi mã hoặc tên đơn vị."))])
    people = StringField(_l("Số người"))


@dataclass(frozen=True)
class SizeLine:
    """An area with its people: `entered` by the organizers, else `known` as the sum of those below; None = missing."""

    area: AreaNode
    entered: int | None
    known: int | None


@bp.route("/<slug>/quy-mo", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def sizes(slug: str) -> ResponseReturnValue:
    """The page, and what its list does."""
    contest, form = own_contest(slug), SizesForm()
    problems: list[ShownProblem] = []
    if form.submitted():
        try:
            people = sizes_file.read_sizes(form.content(), _tree(contest), name=_NAME)
        except RefusedFile as refused:
            problems = shown_problems(refused.problems)
        else:
            _save(contest, people, replace=form.mode.data == "replace")
            count = ngettext(
                "Đã nhập số người của %(num)d đơn vị.", "Đã nhập số người của %(num)d đơn vị.", len(people)
            )
            flash(count, "success")
            return redirect(_url(contest))
    one = SizeForm(formdata=None, data={"area": request.args.get("area", "")})
    return _page(contest, form, one, problems)


@bp.post("/<slug>/quy-mo/mot-don-vi")
@allow("organizer")
def set_size(slug: str) -> ResponseReturnValue:
    """One area's people; an empty number takes it away."""
    contest, form = own_contest(slug), SizeForm()
    if form.submitted():
        area = _find(form, _tree(contest))
        people = sizes_file.read_number(form.people.data or "")
        if form.people.data and people is None:
            form.add_errors({"people": "size_not_a_number"}, value=form.people.data, maximum=sizes_service.MAX_PEOPLE)
        if area is not None and not form.errors:
            _save(contest, {area.id: people}, replace=False)
            flash(gettext("Đã lưu số người của %(area)s.", area=area.name), "success")
            return redirect(_url(contest))
    return _page(contest, SizesForm(formdata=None), form, [])


@bp.get("/<slug>/quy-mo.csv")
@allow("organizer")
def sizes_list(slug: str) -> Response:
    """The list to be filled in: every area of the level with what is entered so far."""
    contest = own_contest(slug)
    columns = (
        Column("code", gettext("Mã")),
        Column("area", gettext("Đơn vị")),
        Column("people", gettext("Số người"), "int"),
    )
    lines = _lines(contest, _level(contest))
    rows = [(line.area.code, line.area.name, line.entered) for line in lines]
    title = gettext("Quy mô đơn vị")
    table = Table(name=title, title=title, subtitle_lines=(), columns=columns, rows=rows)
    return send_table(table, download_name(contest.slug, "quy-mo", None, g.now, "csv"), "csv")


def _page(
    contest: ContestInfo, form: SizesForm, one: SizeForm, problems: Sequence[ShownProblem]
) -> ResponseReturnValue:
    level = _level(contest)
    lines = _lines(contest, level)
    page = render_template(
        "organize/sizes.html",
        contest=contest,
        form=form,
        one=one,
        problems=problems,
        lines=lines,
        missing=[line.area for line in lines if line.known is None],
        level=level,
        levels=_tree(contest).levels,
        level_label=_tree(contest).level_label(level),
        needed=any(needs_size(collective) for collective in contest.spec.collectives),
    )
    return page, 422 if problems or form.errors or one.errors else 200


def _tree(contest: ContestInfo) -> Tree:
    return areas.get_tree_by_id(contest.tree_id)


def _url(contest: ContestInfo) -> str:
    return url_for("organize.sizes", slug=contest.slug, level=request.args.get("level"))


def _level(contest: ContestInfo) -> str:
    """The level of the address, else that of the first collective that needs sizes, else the ranked one."""
    asked = request.args.get("level")
    if asked in [level.key for level in _tree(contest).levels]:
        return str(asked)
    needing = [collective.level for collective in contest.spec.collectives if needs_size(collective)]
    return needing[0] if needing else contest.spec.areas.ranked_level


def _lines(contest: ContestInfo, level: str) -> list[SizeLine]:
    """The areas of the level that the contest is about, in Vietnamese order."""
    tree, entered = _tree(contest), queries.sizes(contest.id)
    known = sizes_service.sizes_at(tree, level, entered)
    within = tree.at_level(level, within=tree.node(contest.owner_area_id)) or tree.at_level(level)
    listed = {area.id for area in within}
    elsewhere = [area for area in tree.at_level(level, retired=True) if area.id in entered and area.id not in listed]
    return [SizeLine(area, entered.get(area.id), known.get(area.id)) for area in (*within, *elsewhere)]


def _find(form: SizeForm, tree: Tree) -> AreaNode | None:
    """The area that was typed; errors go on the field."""
    finder, typed = sizes_file.AreaFinder(tree), form.area.data
    code = finder.by_code(typed)
    found = [code] if code else finder.by_name(typed)
    if len(found) > 1:
        choices = ", ".join(sorted(area.code for area in found)[:5])
        form.add_errors({"area": "size_area_ambiguous"}, value=typed, choices=choices)
    elif not found:
        form.add_errors({"area": "size_area_unknown"}, value=typed)
    return found[0] if len(found) == 1 else None


def _save(contest: ContestInfo, people: Mapping[int, int | None], *, replace: bool) -> None:
    """Keep the numbers; what follows from them for collective prizes is worked out in the same step."""
    actor = signed_in_actor().login
    with transaction():
        sizes_service.set_sizes(contest, people, replace=replace, actor=actor, now=g.now)
        if award_sheets.latest(contest.id) is not None:
            awards.refresh(contest, cause="set_sizes", actor=actor, now=g.now)
