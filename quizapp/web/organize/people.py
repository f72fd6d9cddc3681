"""Looking somebody up who has a question or a complaint."""

from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.entries.rules import mask_phone
from quizapp.errors import NotFound
from quizapp.results import lookup
from quizapp.web import searching
from quizapp.web.access import allow, own_contest
from quizapp.web.area_names import name_of
from quizapp.web.organize.blueprint import bp

PER_PAGE = 30


@bp.route("/<slug>/nguoi-du-thi", methods=["GET", "POST"])
@allow("organizer")
def people(slug: str) -> ResponseReturnValue:
    """A page of the people whom the search may mean; everybody without one."""
    contest = own_contest(slug)
    if searching.is_asked():
        return searching.lead_on("organize.people", slug=slug)
    wanted, number = searching.looked_for(), request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) <= 6 and int(number)):
        raise NotFound
    page = int(number)
    found, total = lookup.find_people(contest, wanted.typed, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    return render_template(
        "organize/people.html",
        contest=contest,
        wanted=wanted,
        people=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        mask=mask_phone,
        place=partial(name_of, areas.get_tree_by_id(contest.tree_id)),
    )
