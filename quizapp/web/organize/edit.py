"""A contest's file, typed or uploaded: checked, shown in words, stored while the contest is a draft."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.areas import queries as areas
from quizapp.banks import queries as banks
from quizapp.clock import VIETNAM
from quizapp.contests import queries, service
from quizapp.contests.spec import ContestSpec
from quizapp.db import transaction
from quizapp.errors import Conflict
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.contest_files import check_file
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.yaml_form import ShownProblem, YamlForm, read
from quizapp.web.own_area import own_area
from quizapp.web.rules_text import rules_text


@bp.route("/cuoc-thi/tao-moi", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def new_contest() -> ResponseReturnValue:
    """A new contest, beginning with a file that is nearly ready."""
    return _edit(None, YamlForm(data={"text": _starter()}))


@bp.route("/<slug>/sua", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def edit(slug: str) -> ResponseReturnValue:
    """Another version of a draft's file."""
    contest = own_contest(slug)
    if contest.launched_at is not None:
        raise Conflict("contest_launched", slug=slug)
    return _edit(slug, YamlForm(data={"text": queries.source_of(slug)}), title=contest.title)


def _edit(slug: str | None, form: YamlForm, *, title: str = "") -> ResponseReturnValue:
    spec: ContestSpec | None = None
    problems: list[ShownProblem] = []
    if form.submitted():
        spec, problems = read(form, lambda data: _check(slug, data))
        if spec is not None and form.wants_to_save():
            return _save(slug, form.text.data)
    page = render_template(
        "organize/edit.html",
        slug=slug,
        title=title,
        form=form,
        problems=problems,
        spec=spec,
        sections=rules_text(spec, _level_labels(spec)) if spec else (),
    )
    return page, 422 if problems or form.errors else 200


def _check(slug: str | None, data: bytes) -> ContestSpec:
    return check_file(data, name=f"{slug or 'cuoc-thi'}.yaml", slug=slug, actor=signed_in_actor())


def _save(slug: str | None, text: str) -> ResponseReturnValue:
    with transaction():
        # Checked once more inside: since the first check somebody else may have taken the name or launched.
        spec = _check(slug, text.encode())
        contest, _ = service.save_spec(spec, text, owner_area_id=signed_in_actor().area_id, now=g.now)
    flash(gettext("Đã lưu cuộc thi “%(title)s”.", title=contest.title), "success")
    return redirect(url_for("organize.contest", slug=contest.slug))


def _level_labels(spec: ContestSpec) -> Mapping[str, str]:
    return {level.key: level.label for level in areas.get_tree(spec.areas.tree).levels}


def _starter() -> str:
    """A file to begin with: the organizer's own areas, a first bank, and a week that begins next Monday."""
    actor = signed_in_actor()
    tree = own_area(actor, None).tree
    opens_at = _next_monday(g.now)
    return render_template(
        "organize/starter.yaml",
        tree=tree,
        level=tree.levels[min(1, len(tree.levels) - 1)].key,
        bank=next((bank for bank in banks.list_banks(within=actor.area_id)), None),
        opens_at=opens_at.isoformat(timespec="minutes"),
        closes_at=(opens_at + timedelta(days=7)).isoformat(timespec="minutes"),
    )


def _next_monday(now: datetime) -> datetime:
    """The next Monday, 08:00 in Vietnam."""
    local = now.astimezone(VIETNAM)
    monday = local + timedelta(days=7 - local.weekday())
    return monday.replace(hour=8, minute=0, second=0, microsecond=0)
