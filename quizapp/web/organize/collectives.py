"""The collective rankings of a contest for its organizers: as they stand, or final, with the prizes that follow."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.awards import collective_tables
from quizapp.awards.area_ranking import needs_size
from quizapp.errors import NotFound
from quizapp.web.access import allow, own_contest
from quizapp.web.collective_view import show
from quizapp.web.organize.blueprint import bp
from quizapp.web.settling import settle


@bp.get("/<slug>/tap-the")
@allow("organizer")
def collectives(slug: str) -> ResponseReturnValue:
    """Rankings over the contest, or with `?round=` those of one round."""
    contest = own_contest(slug)
    if contest.launched_at is None:
        raise NotFound("contest_not_launched")
    settle(contest)
    key = request.args.get("round")
    round_ = contest.round(key) if key else None
    tree = areas.get_tree_by_id(contest.tree_id)
    tables = [table for table in collective_tables.list_tables(contest) if table.round == round_]
    rankings = [show(table, tree, everybody=True) for table in tables]
    return render_template(
        "organize/collectives.html",
        contest=contest,
        round=round_,
        rankings=rankings,
        by_round=any(each.scope == "round" for each in contest.spec.collectives),
        needs_size=needs_size,
        now=g.now,
    )
