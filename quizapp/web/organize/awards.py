"""The prizes of a contest for its organizers: who has which, why, what waits for a decision; and the minutes."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.areas import queries as areas
from quizapp.awards import decisions, queries, service
from quizapp.awards.queries import SheetInfo
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.messages.awards import AWARD_STATES, SHEET_CAUSES
from quizapp.results import versions
from quizapp.web.access import StaffView, allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.award_words import ShownSection, contestants, ranking_title, show_sheet
from quizapp.web.organize.blueprint import bp
from quizapp.web.reports import Selection


@dataclass(frozen=True)
class ShownSheet:
    """A version of the sheet with its words; `newest`: nothing was decided since."""

    info: SheetInfo
    is_newest: bool
    is_complete: bool
    sections: list[ShownSection]
    lots: list[dict[str, Any]]


@bp.get("/<slug>/giai-thuong")
@allow("organizer")
def awards(slug: str) -> ResponseReturnValue:
    """The latest sheet (or `?version=`), the decisions that hold, and every version."""
    contest = own_contest(slug)
    sheet = _shown(contest, request.args.get("version"))
    return render_template(
        "organize/awards.html",
        contest=contest,
        sheet=sheet,
        may_publish=_may_publish(contest, sheet),
        refusals=decisions.list_refusals(contest.id),
        versions=queries.list_versions(contest.id),
        labels={round_.id: round_.label for round_ in contest.rounds},
        causes=SHEET_CAUSES,
        states=AWARD_STATES,
    )


@bp.get("/<slug>/giai-thuong/bien-ban")
@allow("organizer")
def print_awards(slug: str) -> ResponseReturnValue:
    """The minutes of the award, to be printed and signed."""
    contest = own_contest(slug)
    sheet = _shown(contest, request.args.get("version"))
    if sheet is None:
        raise NotFound
    tree = areas.get_tree_by_id(contest.tree_id)
    chosen = Selection(StaffView(contest, tree, tree.root, True), None, tree.root, g.now)
    return render_template(
        "organize/print_awards.html",
        contest=contest,
        sheet=sheet,
        issuer=chosen.letterhead(),
        states=AWARD_STATES,
    )


@bp.post("/<slug>/giai-thuong/cong-bo")
@allow("organizer")
@recently_signed_in
def publish_awards(slug: str) -> ResponseReturnValue:
    """Show what was decided since the last publication."""
    with transaction():
        service.publish_awards(own_contest(slug), actor=signed_in_actor().login, now=g.now)
    flash(gettext("Danh sách giải đã được công bố."), "success")
    return redirect(url_for("organize.awards", slug=slug))


def _shown(contest: ContestInfo, version: str | None) -> ShownSheet | None:
    """The sheet of that number (None = the latest; None when there is none). Raises NotFound for another number."""
    newest = queries.latest(contest.id)
    info = newest
    if version:
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
        info = queries.find_version(contest.id, number)
        if info is None:
            raise NotFound
    if info is None or newest is None:
        return None
    content = queries.content_of(info.id)
    tree = areas.get_tree_by_id(contest.tree_id)
    titles = {each["ranking"]: ranking_title(contest, tree, each) for each in content["rankings"]}
    lots = [
        {**lot, "title": titles[lot["ranking"]], "between": contestants(lot["ranking"], lot["people"])}
        for lot in content["lots"]
    ]
    return ShownSheet(info, info.id == newest.id, content["complete"], show_sheet(contest, content), lots)


def _may_publish(contest: ContestInfo, sheet: ShownSheet | None) -> bool:
    """True when there are decisions of which the public does not know, about results that it does know."""
    if sheet is None or not sheet.is_newest or sheet.info.published_at is not None:
        return False
    return any(versions.published(round_.id) is not None for round_ in contest.rounds)
