"""Reads of contests. What is needed to answer a request comes as frozen data, never as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Integer, Row, bindparam, select

from quizapp.areas import queries as areas
from quizapp.audit import queries as audit
from quizapp.contests import rules, snapshot
from quizapp.contests.models import AreaSize, AreaTarget, Contest, ContestSnapshot, Round
from quizapp.contests.rules import ContestState, RoundState, Snapshot
from quizapp.contests.spec import ContestSpec, RoundSpec
from quizapp.db import db
from quizapp.errors import NotFound
from quizapp.statements import Asked, Statement, ask


@dataclass(frozen=True)
class RoundInfo:
    """A round with its present times and its settings."""

    id: int
    key: str
    label: str
    position: int
    opens_at: datetime
    closes_at: datetime
    spec: RoundSpec
    rules_version: int

    def state(self, now: datetime) -> RoundState:
        """upcoming, open or closed."""
        return rules.round_state(self.opens_at, self.closes_at, now)


@dataclass(frozen=True)
class ContestInfo:
    """A contest as pages and services look at it."""

    id: int
    slug: str
    title: str
    tree_id: int
    owner_area_id: int
    spec: ContestSpec
    spec_hash: str
    commitment: str | None
    launched_at: datetime | None
    published_at: datetime | None
    rounds: tuple[RoundInfo, ...]

    def state(self, now: datetime) -> ContestState:
        """draft, scheduled, open, closed or published."""
        return rules.contest_state(
            launched_at=self.launched_at,
            published_at=self.published_at,
            first_opens_at=self.rounds[0].opens_at,
            last_closes_at=max(round_.closes_at for round_ in self.rounds),
            now=now,
        )

    def takes_entries(self, now: datetime) -> bool:
        """True from the launch until the last round has closed."""
        return self.state(now) in (ContestState.SCHEDULED, ContestState.OPEN)

    def round(self, key: str) -> RoundInfo:
        """The round of that key. Raises NotFound."""
        for round_ in self.rounds:
            if round_.key == key:
                return round_
        raise NotFound("round_not_found")

    def round_by_id(self, round_id: int) -> RoundInfo:
        """The round of that id. Raises NotFound."""
        for round_ in self.rounds:
            if round_.id == round_id:
                return round_
        raise NotFound("round_not_found")

    def current_round(self, now: datetime) -> RoundInfo | None:
        """The open round, else the next one to open, else the last one."""
        open_now = [r for r in self.rounds if r.state(now) is RoundState.OPEN]
        coming = [r for r in self.rounds if r.state(now) is RoundState.UPCOMING]
        return open_now[0] if open_now else coming[0] if coming else self.rounds[-1]


@dataclass(frozen=True)
class Act:
    """One act on a contest, for its history."""

    act: str
    round_key: str | None
    actor: str
    reason: str
    at: datetime


@lru_cache(maxsize=256)
def _parse_spec(text: str) -> ContestSpec:
    return ContestSpec.model_validate_json(text)


_COLUMNS = (
    Contest.id, Contest.slug, Contest.title, Contest.tree_id, Contest.owner_area_id, Contest.spec, Contest.spec_hash,
    Contest.commitment, Contest.launched_at, Contest.published_at,
)  # fmt: skip


_ROUND = (
    Round.contest_id, Round.id, Round.key, Round.label, Round.position, Round.opens_at, Round.closes_at,
    Round.rules_version,
)  # fmt: skip


def find_contest(slug: str) -> ContestInfo | None:
    """The contest of that slug, launched or not."""
    rows, rounds = ask((_CONTEST_BY_SLUG, {"slug": slug}), (_ROUNDS_BY_SLUG, {"slug": slug}))
    return _contest(rows[0], rounds) if rows else None


def get_contest(slug: str) -> ContestInfo:
    """The contest of that slug, launched or not. Raises NotFound."""
    contest = find_contest(slug)
    if contest is None:
        raise NotFound("contest_not_found")
    return contest


def get_public_contest(slug: str) -> ContestInfo:
    """The contest of that slug once it is launched; before, it does not exist. Raises NotFound."""
    contest = get_contest(slug)
    if contest.launched_at is None:
        raise NotFound("contest_not_found")
    return contest


def get_contest_by_id(contest_id: int) -> ContestInfo:
    """The contest of that id. Raises NotFound."""
    rows, rounds = ask((_CONTEST_BY_ID, {"id": contest_id}), (_ROUNDS_BY_ID, {"id": contest_id}))
    if not rows:
        raise NotFound("contest_not_found")
    return _contest(rows[0], rounds)


def list_public_contests() -> list[ContestInfo]:
    """All launched contests, the one that opened last first."""
    rows = db.session.execute(select(*_COLUMNS).where(Contest.launched_at.is_not(None))).all()
    return sorted(_with_rounds(list(rows)), key=lambda contest: (contest.rounds[0].opens_at, contest.id), reverse=True)


def list_all_contests() -> list[ContestInfo]:
    """Every contest, drafts too, newest import first."""
    return _with_rounds(list(db.session.execute(select(*_COLUMNS).order_by(Contest.id.desc())).all()))


def _with_rounds(rows: list[Row]) -> list[ContestInfo]:  # type: ignore[type-arg]
    ids = [row.id for row in rows]
    by_contest: dict[int, list[Any]] = {contest_id: [] for contest_id in ids}
    for round_ in db.session.execute(select(*_ROUND).where(Round.contest_id.in_(ids)).order_by(Round.position)):
        by_contest[round_.contest_id].append(round_)
    return [_contest(row, by_contest[row.id]) for row in rows]


def _contest(row: Any, rounds: Iterable[Any]) -> ContestInfo:
    spec = _parse_spec(row.spec)
    infos = (
        RoundInfo(r.id, r.key, r.label, r.position, r.opens_at, r.closes_at, spec.round(r.key), r.rules_version)
        for r in rounds
    )
    fields = {column.key: getattr(row, column.key) for column in _COLUMNS if column.key != "spec"}
    return ContestInfo(spec=spec, rounds=tuple(infos), **fields)


_BY_SLUG, _BY_ID = Contest.slug == bindparam("slug"), Contest.id == bindparam("id")
_CONTEST_BY_SLUG = Statement(lambda _: select(*_COLUMNS).where(_BY_SLUG))
_CONTEST_BY_ID = Statement(lambda _: select(*_COLUMNS).where(_BY_ID))
_OF_CONTEST = select(*_ROUND).join(Contest, Contest.id == Round.contest_id).order_by(Round.position)
_ROUNDS_BY_SLUG = Statement(lambda _: _OF_CONTEST.where(_BY_SLUG))
_ROUNDS_BY_ID = Statement(lambda _: _OF_CONTEST.where(_BY_ID))


_snapshots: dict[tuple[int, str], Snapshot] = {}


def get_snapshot(contest_id: int, version: int | None = None) -> Snapshot:
    """What the rounds of that version of the rules are run by (None = the latest); read once per process.

    Raises NotFound before the launch, and for a version that there is not.
    """
    return read_snapshot(contest_id, ask(asking_snapshot(contest_id, version))[0])


def asking_snapshot(contest_id: int, version: int | None = None) -> Asked:
    """What `get_snapshot` asks; `read_snapshot` reads what it finds."""
    return _SNAPSHOT, {"contest": contest_id, "version": version}


def read_snapshot(contest_id: int, rows: Sequence[Any]) -> Snapshot:
    """The snapshot of the row. Raises NotFound when there is none."""
    if not rows:
        raise NotFound("contest_not_launched")
    return snapshot_of(contest_id, rows[0].version, rows[0].content_hash)


_ASKED_VERSION = bindparam("version", type_=Integer)
_SNAPSHOT = Statement(
    lambda _: (
        select(ContestSnapshot.version, ContestSnapshot.content_hash)
        .where(ContestSnapshot.contest_id == bindparam("contest"))
        .where(_ASKED_VERSION.is_(None) | (ContestSnapshot.version == _ASKED_VERSION))
        .order_by(ContestSnapshot.version.desc())
        .limit(1)
    )
)


def snapshot_of(contest_id: int, version: int, content_hash: str) -> Snapshot:
    """The snapshot of that version, which the caller knows to be there with that hash; read once per process."""
    if (contest_id, content_hash) not in _snapshots:
        content = db.session.scalars(
            select(ContestSnapshot.content).where(
                ContestSnapshot.contest_id == contest_id, ContestSnapshot.version == version
            )
        ).one()
        _snapshots[contest_id, content_hash] = snapshot.read(content)
    return _snapshots[contest_id, content_hash]


@dataclass(frozen=True)
class RulesVersion:
    """One version of a contest's rules: since when it is in force, and why it was made ("" for the first)."""

    version: int
    since: datetime
    reason: str
    content_hash: str


def list_versions(contest_id: int) -> list[RulesVersion]:
    """The versions of the contest's rules, newest first; [] before the launch."""
    rows = db.session.execute(
        select(ContestSnapshot.version, ContestSnapshot.taken_at, ContestSnapshot.reason, ContestSnapshot.content_hash)
        .where(ContestSnapshot.contest_id == contest_id)
        .order_by(ContestSnapshot.version.desc())
    )
    return [RulesVersion(*row) for row in rows]


def latest_version(contest_id: int) -> int:
    """The number of the newest version of the rules. Raises NotFound before the launch."""
    versions = list_versions(contest_id)
    if not versions:
        raise NotFound("contest_not_launched")
    return versions[0].version


def actual_of(round_id: int) -> int | None:
    """What was to be guessed in a round, frozen after its close; None before, and without a guess."""
    return db.session.scalar(select(Round.actual).where(Round.id == round_id))


def hold_round(round_: RoundInfo, *, alone: bool = False) -> RoundInfo | None:
    """The round with its times as they stand now, kept as it is for the rest of the transaction.

    Whoever closes it early or freezes its guess waits, or has been waited for; `alone`: so does whoever makes a paper
    for it. None once the guess is frozen.
    """
    return held(round_, ask(holding(round_, alone=alone))[0])


def holding(round_: RoundInfo, *, alone: bool = False) -> Asked:
    """What `hold_round` asks; `held` reads what it finds."""
    return _HOLD_ALONE if alone else _HOLD, {"round": round_.id}


def held(round_: RoundInfo, rows: Sequence[Any]) -> RoundInfo | None:
    """The round with the times of the row; None once its guess is frozen."""
    (row,) = rows
    if row.actual is not None:
        return None
    return replace(round_, opens_at=row.opens_at, closes_at=row.closes_at, rules_version=row.rules_version)


_TIMES = select(Round.opens_at, Round.closes_at, Round.rules_version, Round.actual).where(
    Round.id == bindparam("round")
)
# Not against those who only refer to the round: a paper that is being finished writes lines that name it.
_HOLD = Statement(lambda _: _TIMES.with_for_update(read=True))
_HOLD_ALONE = Statement(lambda _: _TIMES.with_for_update(key_share=True))


def get_seed(contest_id: int) -> bytes:
    """The secret of the contest's draws. Raises NotFound before launch."""
    return read_seed(ask(asking_seed(contest_id))[0])


def asking_seed(contest_id: int) -> Asked:
    """What `get_seed` asks; `read_seed` reads what it finds."""
    return _SEED, {"contest": contest_id}


def read_seed(rows: Sequence[Any]) -> bytes:
    """The seed of the row. Raises NotFound when there is none."""
    if not rows or rows[0].seed is None:
        raise NotFound("contest_not_launched")
    return cast(bytes, rows[0].seed)


_SEED = Statement(lambda _: select(Contest.seed).where(Contest.id == bindparam("contest")))


def source_of(slug: str) -> str:
    """The contest's file as it was imported. Raises NotFound."""
    text = db.session.scalar(select(Contest.source_yaml).where(Contest.slug == slug))
    if text is None:
        raise NotFound("contest_not_found")
    return text


def list_acts(contest_id: int, most: int | None = None, *, without: tuple[str, ...] = ()) -> list[Act]:
    """The acts on a contest but `without` these, newest first; at most so many."""
    return [
        Act(entry.act, entry.round_key, entry.actor, entry.reason, entry.at)
        for entry in audit.list_latest(contest_id, most=most, without=without)
    ]


def list_acts_about(contest_id: int, code: str) -> list[Act]:
    """The acts on one person of the contest, newest first; their reasons begin with the person's opaque code."""
    about = f"{code}: "
    return [
        Act(entry.act, entry.round_key, entry.actor, entry.reason.removeprefix(about), entry.at)
        for entry in audit.list_latest(contest_id, reason_prefix=about)
    ]


def time_version(contest_id: int, round_key: str) -> int:
    """How often anybody's time in the round has been changed: its end, or that of one paper."""
    return audit.count_acts(contest_id, round_key, ("close_round", "extend_round", "extend_attempt"))


def targets(contest_id: int) -> dict[int, int]:
    """Expected people by area id."""
    rows = db.session.execute(select(AreaTarget.area_id, AreaTarget.people).where(AreaTarget.contest_id == contest_id))
    return {row.area_id: row.people for row in rows}


def sizes(contest_id: int) -> dict[int, int]:
    """How many people areas have, by area id, as the organizers entered it."""
    rows = db.session.execute(select(AreaSize.area_id, AreaSize.people).where(AreaSize.contest_id == contest_id))
    return {row.area_id: row.people for row in rows}


def owned_within(contest: ContestInfo, area_id: int | None) -> bool:
    """True when an organizer of `area_id` runs this contest: its owner lies in that subtree (None = everything)."""
    return area_id is None or areas.get_tree_by_id(contest.tree_id).subtree_contains(area_id, contest.owner_area_id)
