"""Collective rankings, for everybody once they are published."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.awards import collective_tables
from quizapp.awards import queries as awards
from quizapp.awards.collective_tables import CollectiveTable
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.errors import NotFound
from quizapp.results import sealing
from quizapp.web.access import allow
from quizapp.web.brief_cache import BriefCache
from quizapp.web.collective_view import show
from quizapp.web.play.blueprint import bp

KEPT_SECONDS = 60
_published: BriefCache[list[CollectiveTable]] = BriefCache()


@bp.get("/cuoc-thi/<slug>/ket-qua/tap-the")
@allow("anyone")
def collective_results(slug: str) -> ResponseReturnValue:
    """Rankings over the contest, or with `?round=` those of one round; before, a sentence that says when they come."""
    contest = contests.get_public_contest(slug)
    if not contest.spec.collectives:
        raise NotFound
    key = request.args.get("round")
    round_ = contest.round(key) if key else None
    tree = areas.get_tree_by_id(contest.tree_id)
    return render_template(
        "play/collective_results.html",
        contest=contest,
        round=round_,
        rankings=[show(table, tree, everybody=False) for table in _tables(contest) if table.round == round_],
        by_round=any(each.scope == "round" for each in contest.spec.collectives),
    )


def _tables(contest: ContestInfo) -> list[CollectiveTable]:
    """The published rankings, but for those whose figures would help somebody to guess."""
    sheet = awards.published(contest.id)
    # A sheet is never changed, so what is kept is right for as long as it is the one.
    shared = (contest.commitment, contest.spec_hash, contest.published_at, sheet.content_hash if sheet else None)
    tables = _published.get(shared, KEPT_SECONDS, lambda: collective_tables.list_final(contest, public=True))
    return [table for table in tables if not sealing.is_sealed(contest, table.round, g.now)]
