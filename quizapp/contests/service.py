"""Writes of contests: import, launch, close a round, publish, targets. All flush; the edge commits."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from quizapp.areas import queries as areas
from quizapp.audit import service as audit
from quizapp.clock import VIETNAM
from quizapp.contests import loader, queries, snapshot
from quizapp.contests.models import AreaTarget, Contest, ContestSnapshot, Round
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import RoundState
from quizapp.contests.spec import ContestSpec
from quizapp.db import db, upsert
from quizapp.errors import Conflict, Invalid, NotFound

COMMITMENT_LABEL = b"seed-v1|"


def import_contest(data: bytes, *, name: str, owner_area_id: int | None, now: datetime) -> tuple[ContestInfo, bool]:
    """Create a contest from its file, or replace it while it is a draft; the bool tells whether anything changed.

    `owner_area_id` None = the root of the contest's tree; it is set at creation and stays. It decides about the banks
    (see `loader.parse_contest`), at launch as at import.
    Raises RefusedFile (nothing is changed) and Conflict("contest_launched").
    """
    spec = loader.parse_contest(data, name=name, owner_area_id=owner_area_id)
    return save_spec(spec, data.decode("utf-8-sig"), owner_area_id=owner_area_id, now=now)


def save_spec(
    spec: ContestSpec, source_yaml: str, *, owner_area_id: int | None, now: datetime
) -> tuple[ContestInfo, bool]:
    """Store a checked spec; see `import_contest`."""
    text = snapshot.canonical_json(spec.model_dump(mode="json"))
    digest = snapshot.content_hash(text)
    contest = db.session.scalar(select(Contest).where(Contest.slug == spec.contest).with_for_update())
    if contest is not None and contest.spec_hash == digest:
        return queries.get_contest(spec.contest), False
    if contest is not None and contest.launched_at is not None:
        raise Conflict("contest_launched", slug=spec.contest)
    tree = areas.get_tree(spec.areas.tree)
    if contest is None:
        owner = owner_area_id if owner_area_id is not None else tree.root.id
        contest = Contest(slug=spec.contest, owner_area_id=owner)
        db.session.add(contest)
    contest.title = spec.title
    contest.spec, contest.spec_hash, contest.source_yaml = text, digest, source_yaml
    contest.tree_id, contest.imported_at = tree.id, now
    db.session.flush()
    _replace_rounds(contest, spec)
    return queries.get_contest(spec.contest), True


def _replace_rounds(contest: Contest, spec: ContestSpec) -> None:
    db.session.execute(delete(Round).where(Round.contest_id == contest.id))
    ordered = sorted(spec.rounds, key=lambda round_: round_.opens_at)
    for position, round_ in enumerate(ordered):
        db.session.add(
            Round(
                contest_id=contest.id,
                key=round_.key,
                label=round_.label,
                position=position,
                opens_at=round_.opens_at,
                closes_at=round_.closes_at,
            )
        )
    db.session.flush()


def launch(contest: ContestInfo, *, actor: str, now: datetime, listed: int = 0) -> ContestInfo:
    """Freeze the contest: snapshot of its questions and rules, the draw's secret, and its commitment.

    `listed`: how many people are on its list, without whom nobody could enter a contest by list.
    Raises Conflict: "already_launched"; "launch_refused" with `problems` (codes and params) when something stands in
    the way; RefusedFile when a bank changed so that the file no longer fits.
    """
    # What was checked at import is checked again against the banks as they are at this moment.
    owner, name = contest.owner_area_id, f"{contest.slug}.yaml"
    loader.parse_contest(queries.source_of(contest.slug).encode(), name=name, owner_area_id=owner)
    problems = loader.launch_problems(contest.spec, now=now, listed=listed)
    if problems:
        raise Conflict("launch_refused", problems=problems)
    questions, blueprints = loader.resolve_questions(contest.spec, owner_area_id=owner)
    content = snapshot.write(contest.spec, questions, blueprints, rules_version=1)
    seed = secrets.token_bytes(32)
    claimed = db.session.execute(
        update(Contest)
        .where(Contest.id == contest.id, Contest.launched_at.is_(None))
        .values(launched_at=now, seed=seed, commitment=commitment_of(seed))
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("already_launched")
    db.session.add(
        ContestSnapshot(
            contest_id=contest.id, content=content, content_hash=snapshot.content_hash(content), taken_at=now
        )
    )
    record_act(contest.id, "launch", actor=actor, now=now, object=rules_seal(seed, content))
    db.session.flush()
    return queries.get_contest(contest.slug)


def commitment_of(seed: bytes) -> str:
    """The public commitment to a seed: SHA-256("seed-v1|" || seed), hexadecimal."""
    return hashlib.sha256(COMMITMENT_LABEL + seed).hexdigest()


def rules_seal(seed: bytes, content: str) -> str:
    """What the log keeps of a version of questions, keys and rules: HMAC-SHA256 of the snapshot, hexadecimal.

    With the secret of the draws as the key, for a plain hash of a few questions whose texts are known would tell their
    answers to whoever tries them all.
    """
    return hmac.new(seed, content.encode(), hashlib.sha256).hexdigest()


def close_round(contest: ContestInfo, key: str, *, actor: str, reason: str, now: datetime) -> ContestInfo:
    """End an open round at `now`, earlier than planned; open papers end with it.

    Raises NotFound, Conflict("round_not_open"), Invalid("reason_missing").
    """
    round_ = contest.round(key)
    if not reason.strip():
        raise Invalid("reason_missing")
    if contest.launched_at is None or round_.state(now) is not RoundState.OPEN:
        raise Conflict("round_not_open")
    # A round is never empty, not even one that is closed at the very moment of its opening.
    closes_at = max(now, round_.opens_at + timedelta(milliseconds=1))
    db.session.execute(update(Round).where(Round.id == round_.id).values(closes_at=closes_at))
    record_act(contest.id, "close_round", actor=actor, now=now, round_key=key, reason=reason.strip())
    db.session.flush()
    return queries.get_contest(contest.slug)


def extend_round(
    contest: ContestInfo, key: str, *, closes_at: datetime, actor: str, reason: str, now: datetime
) -> ContestInfo:
    """Let a round that has not closed run until `closes_at`; the round stays locked, so that its papers can follow.

    Never after the close: the number that was to be guessed may be known by then. Raises NotFound,
    Invalid("reason_missing", "extension_not_later"), Conflict("round_not_extendable", "round_changed_meanwhile"),
    Conflict("extension_past_promotion", label=...) when another round takes its people from this one before that.
    """
    round_ = contest.round(key)
    if not reason.strip():
        raise Invalid("reason_missing")
    if closes_at <= round_.closes_at:
        raise Invalid("extension_not_later", closes_at=round_.closes_at)
    if contest.launched_at is None or round_.state(now) is RoundState.CLOSED:
        raise Conflict("round_not_extendable")
    for other in contest.rounds:
        if other.spec.promote is not None and other.spec.promote.round == key and other.opens_at < closes_at:
            raise Conflict("extension_past_promotion", label=other.label)
    held = queries.hold_round(round_, alone=True)
    if held is None or held.closes_at != round_.closes_at:
        raise Conflict("round_changed_meanwhile")
    db.session.execute(update(Round).where(Round.id == round_.id).values(closes_at=closes_at))
    told = f"{_local(round_.closes_at)} → {_local(closes_at)}: {reason.strip()}"
    record_act(contest.id, "extend_round", actor=actor, now=now, round_key=key, reason=told)
    db.session.flush()
    return queries.get_contest(contest.slug)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def freeze_actual(round_id: int, actual: int) -> bool:
    """Keep what was to be guessed in a closed round; False when it was frozen before, and then nothing changes."""
    claimed = db.session.execute(
        update(Round).where(Round.id == round_id, Round.actual.is_(None)).values(actual=actual)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def recount_actual(round_id: int, actual: int) -> None:
    """Put another value in place of the frozen one: after a ruling on a question, which keeps both values."""
    db.session.execute(update(Round).where(Round.id == round_id, Round.actual.is_not(None)).values(actual=actual))


def publish(contest: ContestInfo, *, actor: str, now: datetime) -> ContestInfo:
    """Make the results public once every round is closed; they are seen when nothing more can arrive.

    Raises Conflict("not_closed", "already_published").
    """
    if contest.published_at is not None:
        raise Conflict("already_published")
    if contest.launched_at is None or any(r.state(now) is not RoundState.CLOSED for r in contest.rounds):
        raise Conflict("not_closed")
    db.session.execute(update(Contest).where(Contest.id == contest.id).values(published_at=now))
    record_act(contest.id, "publish", actor=actor, now=now)
    db.session.flush()
    return queries.get_contest(contest.slug)


def set_target(contest: ContestInfo, area_id: int, people: int | None, *, actor: str, now: datetime) -> None:
    """How many people the area is to bring; None takes the target away. Raises NotFound, Invalid("target_invalid")."""
    tree = areas.get_tree_by_id(contest.tree_id)
    if not tree.subtree_contains(tree.root.id, area_id):
        raise NotFound("area_not_found")
    if people is not None and not 1 <= people <= 100_000_000:
        raise Invalid("target_invalid")
    if people is None:
        db.session.execute(delete(AreaTarget).where(AreaTarget.contest_id == contest.id, AreaTarget.area_id == area_id))
    else:
        statement = upsert(AreaTarget).values(contest_id=contest.id, area_id=area_id, people=people)
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["contest_id", "area_id"], set_={"people": statement.excluded.people}
            )
        )
    record_act(contest.id, "set_target", actor=actor, now=now, reason=f"{tree.node(area_id).name}: {people or '–'}")
    db.session.flush()


def record_export(contest: ContestInfo, *, actor: str, table: str, area: str | None, now: datetime) -> None:
    """Remember who took a table of people's data out, and of which area (None = everybody)."""
    record_act(contest.id, "export", actor=actor, now=now, reason=f"{table}: {area}" if area else table)
    db.session.flush()


def given_reason(reason: str) -> str:
    """The reason of an act without blanks at its ends. Raises Invalid("reason_missing") when nothing is left."""
    if not reason.strip():
        raise Invalid("reason_missing")
    return reason.strip()


def record_act(
    contest_id: int,
    act: str,
    *,
    actor: str,
    now: datetime,
    round_key: str | None = None,
    object: str = "",
    reason: str = "",
) -> None:
    """Remember who did what on a contest, when and why, in the contest's chain of the log.

    `object` is an opaque code or a hash, never a person's name.
    """
    audit.record(contest_id, act, actor=actor, now=now, round_key=round_key, object=object, reason=reason)
