"""Public contests: their rounds, rules and entry fields; never keys, seeds, excluded people or questions."""

from flask import Response, g, request
from flask_babel import lazy_gettext as _l
from pydantic import RootModel

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import ContestState, RoundState, full_score, questions_in
from quizapp.contests.spec import (
    Age,
    Attempts,
    Collective,
    Fields,
    Group,
    Organizer,
    Overall,
    Prediction,
    Prize,
    Promotion,
    Publication,
    Ranking,
    Shuffle,
)
from quizapp.entries.rules import GUARDIAN_BELOW
from quizapp.entries.service import CONSENT_VERSION
from quizapp.errors import NotFound
from quizapp.results import versions
from quizapp.results.rules import Stage
from quizapp.web.api.blueprint import bp
from quizapp.web.api.caching import share
from quizapp.web.api.operation import answer, operation
from quizapp.web.api.schemas import Moment, ResponseBody
from quizapp.web.identity import current_actor


class LevelOut(ResponseBody):
    """A level of a tree of areas."""

    key: str
    label: str


class ContestAreas(ResponseBody):
    """The tree from which people choose; `outside` is the tree for people from elsewhere."""

    tree: str
    outside: str | None
    ranked_level: str
    levels: list[LevelOut]


class ContestEntry(ResponseBody):
    """How people come in; `consent_version` is what an entry agrees to.

    mode roster = only people on the organizer's list; residence inside = only people of the contest's own tree;
    `asks_password`: somebody new has to give `contest_password`, which the organizer tells people. `guardian_below`:
    people of fewer years need the consent of a guardian; null where the birth date is not asked.
    """

    mode: str
    fields: Fields
    identity: list[str]
    resume: str
    age: Age
    residence: str
    asks_password: bool
    consent_version: str
    guardian_below: int | None


class PaperRules(ResponseBody):
    """The size of a paper and how it is marked.

    mode fixed = the same questions for everybody · random = drawn for each attempt · marked = no paper here, marks
    from 0 to `full_score` are given by hand.
    """

    mode: str
    questions: int
    points: int
    full_score: int
    time_limit_seconds: int | None
    shuffle: Shuffle


class RoundOut(ResponseBody):
    """A round: [opens_at, closes_at). `result_version`: the latest finalized version of its result.

    `rules_version`: by which version of the rules it is run, from before its opening on for good. `promote`: only the
    first of an earlier round may take part. `questions_public`: when everybody may read its questions (never the key).
    """

    key: str
    label: str
    state: RoundState
    stage: Stage
    result_version: int | None
    opens_at: Moment
    closes_at: Moment
    paper: PaperRules
    attempts: Attempts
    counted: str
    prediction: Prediction | None
    ranking: Ranking
    prizes: list[Prize]
    promote: Promotion | None
    questions_public: str
    key_public: str
    rules_version: int


class RoundTime(ResponseBody):
    """A round: [opens_at, closes_at). `version` grows whenever anybody's time in it is changed."""

    opens_at: Moment
    closes_at: Moment
    version: int


class ContestSummary(ResponseBody):
    """A contest in a list."""

    contest: str
    title: str
    organizer: Organizer
    state: ContestState
    opens_at: Moment
    closes_at: Moment


class ContestList(RootModel[list[ContestSummary]]):
    """Contests, the one that opened last first."""


class ContestOut(ContestSummary):
    """A contest with its rules. `commitment` is SHA-256 of "seed-v1|" and the seed of all draws.

    `rules_version` is the newest; since when it is in force, and why there is one after the first.
    """

    areas: ContestAreas
    entry: ContestEntry
    groups: list[Group]
    rounds: list[RoundOut]
    overall: Overall | None
    prize_cap: str
    collectives: list[Collective]
    publication: Publication
    rules_version: int | None
    rules_since: Moment | None
    rules_reason: str | None
    commitment: str | None
    published_at: Moment | None
    server_now: Moment


@bp.get("/contests")
@operation(
    summary=_l("Các cuộc thi đã khởi động"),
    auth="anyone",
    responses={200: ContestList},
)
def list_contests() -> ContestList:
    """All public contests."""
    return ContestList([ContestSummary(**_summary(contest)) for contest in contests.list_public_contests()])


@bp.get("/contests/<slug>")
@operation(
    summary=_l("Một cuộc thi: vòng thi, thể lệ, mục phải khai"),
    description=_l("Bản chưa khởi động chỉ có với Ban Tổ chức của cuộc thi."),
    auth="anyone",
    responses={200: ContestOut},
    errors=("contest_not_found",),
)
def get_contest(slug: str) -> ContestOut:
    """One contest with its rules."""
    return contest_out(_visible(slug))


@bp.get("/contests/<slug>/rounds/<key>/time")
@operation(
    summary=_l("Thời gian của một vòng thi"),
    description=_l(
        "version tăng mỗi khi Ban Tổ chức đổi giờ kết thúc của vòng hoặc thêm giờ cho một lượt thi. Bài đang mở chỉ "
        "cần hỏi ở đây; thấy version mới thì hỏi lại hạn nộp của chính mình. Có ETag."
    ),
    auth="anyone",
    responses={200: RoundTime, 304: None},
    errors=("contest_not_found", "round_not_found"),
)
def get_round_time(slug: str, key: str) -> Response:
    """When the round begins and ends; so cheap that every open paper may ask every few seconds."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(key)
    version = contests.time_version(contest.id, round_.key)
    response = answer(RoundTime(opens_at=round_.opens_at, closes_at=round_.closes_at, version=version))
    response.add_etag(weak=True)
    share(response, 1)
    response.make_conditional(request)
    return response


def contest_out(contest: ContestInfo) -> ContestOut:
    """A contest as the API shows it."""
    spec, entry = contest.spec, contest.spec.entry
    newest = next(iter(contests.list_versions(contest.id)), None)
    return ContestOut(
        **_summary(contest),
        areas=_areas(contest, areas.get_tree_by_id(contest.tree_id)),
        entry=ContestEntry(
            mode=entry.mode,
            fields=entry.fields,
            identity=list(entry.identity),
            resume=entry.resume,
            age=entry.age,
            residence=entry.residence,
            asks_password=entry.password is not None,
            consent_version=CONSENT_VERSION,
            guardian_below=None if entry.fields.date_of_birth == "off" else GUARDIAN_BELOW,
        ),
        groups=spec.groups,
        rounds=[round_out(contest, round_) for round_ in contest.rounds],
        overall=spec.overall,
        prize_cap=spec.prize_cap,
        collectives=spec.collectives,
        publication=spec.publication,
        rules_version=newest.version if newest else None,
        rules_since=newest.since if newest else None,
        rules_reason=newest.reason if newest else None,
        commitment=contest.commitment,
        published_at=contest.published_at,
        server_now=g.now,
    )


def round_out(contest: ContestInfo, round_: RoundInfo) -> RoundOut:
    """A round as the API shows it: how big its papers are, not what is in them."""
    spec, paper = round_.spec, round_.spec.paper
    final = versions.finalized(round_.id)
    return RoundOut(
        key=round_.key,
        label=round_.label,
        state=round_.state(g.now),
        stage=versions.stage_of(contest, round_, g.now),
        result_version=final.version if final else None,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        paper=PaperRules(
            mode=paper.mode,
            questions=questions_in(spec),
            points=paper.points,
            full_score=full_score(spec),
            time_limit_seconds=paper.time_limit_seconds,
            shuffle=paper.shuffle,
        ),
        attempts=spec.attempts,
        counted=spec.counted,
        prediction=spec.prediction,
        ranking=spec.ranking,
        prizes=spec.prizes,
        promote=spec.promote,
        questions_public=spec.questions_public,
        key_public=spec.key_public,
        rules_version=round_.rules_version,
    )


def _visible(slug: str) -> ContestInfo:
    """The contest once it is launched; before, for its own organizers alone. Raises NotFound."""
    contest = contests.get_contest(slug)
    actor = current_actor()
    is_own = actor is not None and actor.is_organizer and contests.owned_within(contest, actor.area_id)
    if contest.launched_at is None and not is_own:
        raise NotFound("contest_not_found")
    return contest


def _summary(contest: ContestInfo) -> dict[str, object]:
    return {
        "contest": contest.slug,
        "title": contest.title,
        "organizer": contest.spec.organizer,
        "state": contest.state(g.now),
        "opens_at": contest.rounds[0].opens_at,
        "closes_at": max(round_.closes_at for round_ in contest.rounds),
    }


def _areas(contest: ContestInfo, tree: Tree) -> ContestAreas:
    return ContestAreas(
        tree=tree.slug,
        outside=tree.outside,
        ranked_level=contest.spec.areas.ranked_level,
        levels=[LevelOut(key=level.key, label=level.label) for level in tree.levels],
    )
