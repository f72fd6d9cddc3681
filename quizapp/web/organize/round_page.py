"""One round on one page: where its result stands, what stands in the way, its numbers, its versions, its next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.accounts.rules import Actor
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState
from quizapp.errors import Conflict
from quizapp.messages.anomalies import SIGNS
from quizapp.results import anomalies, queries, versions
from quizapp.results.anomalies import Sign
from quizapp.results.queries import Counts
from quizapp.results.rules import Stage
from quizapp.results.versions import ResultInfo
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.checks import Check
from quizapp.web.organize.round_checks import result_checks
from quizapp.web.organize.round_stages import Step, way
from quizapp.web.organize.round_steps import Act, acts_at
from quizapp.web.ranking_words import guess_text
from quizapp.web.reports.anomalies import caution, sign_rule
from quizapp.web.settling import settle


@dataclass(frozen=True)
class RoundPage:
    """What the page shows. `counts` is None before the opening; `flags`: how many people have which sign.

    `actual`: what was to be guessed, once it is frozen.
    """

    stage: Stage
    steps: Sequence[Step]
    counts: Counts | None
    actual: int | None
    versions: Sequence[ResultInfo]
    flags: Mapping[Sign, int]
    checks: Sequence[Check]
    acts: Sequence[Act]

    @property
    def is_closed(self) -> bool:
        """True once nobody can take part any more."""
        return self.stage not in (Stage.UPCOMING, Stage.OPEN)

    @property
    def shown_version(self) -> int | None:
        """The number of the published version, while a newer one is worked on."""
        public = [version.version for version in self.versions if version.stage is Stage.PUBLISHED]
        return public[0] if public and self.stage is not Stage.PUBLISHED else None

    @property
    def is_ready(self) -> bool:
        """True when nothing stands in the way of the next step."""
        return all(check.verdict != "blocked" for check in self.checks)


@bp.get("/<slug>/vong/<key>")
@allow("organizer")
def round_page(slug: str, key: str) -> ResponseReturnValue:
    """The page."""
    contest = own_contest(slug)
    round_ = launched_round(contest, key)
    settle(contest)
    return render_template(
        "organize/round_page.html",
        contest=contest,
        round=round_,
        page=read_page(contest, round_, signed_in_actor()),
        guess_text=guess_text,
        sign_names=SIGNS,
        sign_rule=sign_rule,
        caution=caution(),
    )


def launched_round(contest: ContestInfo, key: str) -> RoundInfo:
    """The round of a contest that has been launched. Raises NotFound, Conflict("contest_not_launched")."""
    round_ = contest.round(key)
    if contest.launched_at is None:
        raise Conflict("contest_not_launched")
    return round_


def read_page(contest: ContestInfo, round_: RoundInfo, actor: Actor) -> RoundPage:
    """The page of a round; the contest has been settled. Signs are looked for once nobody takes part any more."""
    stage = versions.stage_of(contest, round_, g.now)
    known = versions.list_versions(round_.id)
    newest = known[0] if known else None
    begun = round_.state(g.now) is not RoundState.UPCOMING
    closed = stage not in (Stage.UPCOMING, Stage.OPEN)
    flags = anomalies.count_flags(round_) if closed else {}
    return RoundPage(
        stage=stage,
        steps=way(contest, round_, stage, newest),
        counts=queries.counts(contest.id, round_.id) if begun else None,
        actual=contests.actual_of(round_.id),
        versions=known,
        flags=flags,
        checks=result_checks(contest, round_, stage, newest, flags, actor),
        acts=acts_at(contest, stage),
    )
