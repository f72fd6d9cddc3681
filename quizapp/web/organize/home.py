"""The contests that the signed-in organizer runs."""

from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.results import queries as results
from quizapp.results.queries import Counts
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.organize.blueprint import bp
from quizapp.web.settling import settle


@dataclass(frozen=True)
class OwnContest:
    """A contest of the list; `counts` is None before its launch."""

    contest: ContestInfo
    counts: Counts | None


@bp.get("/")
@allow("organizer")
def home() -> ResponseReturnValue:
    """The list, newest first, with people, attempts and all-correct people kept apart."""
    actor = signed_in_actor()
    own = [contest for contest in contests.list_all_contests() if contests.owned_within(contest, actor.area_id)]
    return render_template("organize/home.html", contests=[_counted(contest) for contest in own], now=g.now)


def _counted(contest: ContestInfo) -> OwnContest:
    if contest.launched_at is None:
        return OwnContest(contest, None)
    settle(contest)
    return OwnContest(contest, results.counts(contest.id, None))
