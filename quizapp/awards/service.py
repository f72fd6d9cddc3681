"""The steps of a contest's results: finalize, back, publish, supersede; each leaves a sheet of awards that fits it.

Every page and call takes these steps here, never in `results.service` alone. All flush; the edge commits.
"""

from datetime import datetime

from sqlalchemy import select, update

from quizapp.awards import queries, sheet
from quizapp.awards.decisions import Decisions
from quizapp.awards.models import AwardSheet
from quizapp.awards.parts import Part
from quizapp.awards.queries import SheetInfo
from quizapp.awards.sheet import Sheet
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests import snapshot
from quizapp.contests.models import Contest
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState
from quizapp.db import db
from quizapp.errors import Conflict
from quizapp.results import service as results
from quizapp.results import versions
from quizapp.results.rules import Stage
from quizapp.results.versions import ResultInfo


def finalize_round(contest: ContestInfo, key: str, *, actor: str, now: datetime) -> ResultInfo:
    """Make the round's result final (or propose it, with two persons), and work out who has its prizes.

    Raises NotFound; Conflict as `results.service.finalize`.
    """
    result = results.finalize(contest, contest.round(key), actor=actor, now=now)
    if result.stage is Stage.FINALIZED:
        refresh(contest, cause="finalize_round", actor=actor, now=now)
    return result


def reopen_round(contest: ContestInfo, key: str, *, actor: str, reason: str, now: datetime) -> None:
    """Back one step, before the publication. Raises as `results.service.reopen`."""
    results.reopen(contest, contest.round(key), actor=actor, reason=reason, now=now)
    refresh(contest, cause="reopen_round", actor=actor, now=now)


def supersede_round(contest: ContestInfo, key: str, *, actor: str, reason: str, now: datetime) -> ResultInfo:
    """Open a new version of a published result; prizes stay until it is finalized. Raises as `results.service`."""
    return results.supersede(contest, contest.round(key), actor=actor, reason=reason, now=now)


def publish_round(contest: ContestInfo, key: str, *, actor: str, now: datetime) -> None:
    """Show a round's finalized result and its prizes to everybody; of a published round, prizes decided anew since.

    Raises Conflict: "not_finalized", "already_published" (nothing is new), "lots_open" with `rankings`,
    "other_round_waits" (another round has a newer version that is to be published first).
    """
    round_ = contest.round(key)
    if versions.stage_of(contest, round_, now) is Stage.PUBLISHED:
        publish_awards(contest, actor=actor, now=now)
        return
    results.publish(contest, round_, actor=actor, now=now)
    _publish_sheet(contest, actor=actor, now=now, cause="publish_round", round_key=key)


def publish_awards(contest: ContestInfo, *, actor: str, now: datetime) -> SheetInfo:
    """Show what was decided about prizes since the last publication, of the results that are public already.

    Raises Conflict: "not_finalized" with `rounds` (nothing is public yet), "already_published" (nothing is new),
    "lots_open" with `rankings`, "other_round_waits".
    """
    if not any(_has_published(each) for each in contest.rounds):
        raise Conflict("not_finalized", rounds=[each.label for each in contest.rounds])
    newest = refresh(contest, cause="publish_awards", actor=actor, now=now)
    if newest.published_at is not None:
        raise Conflict("already_published")
    return _publish_sheet(contest, actor=actor, now=now, cause="publish_awards", round_key=None)


def publish_contest(contest: ContestInfo, *, actor: str, now: datetime) -> ContestInfo:
    """Publish what is left: rounds, overall and collective prizes; of a published contest, what is new since.

    Raises Conflict: "not_closed", "not_finalized" with `rounds`, "already_published", "lots_open" with `rankings`.
    """
    if contest.launched_at is None or any(each.state(now) is not RoundState.CLOSED for each in contest.rounds):
        raise Conflict("not_closed")
    stages = [(each, versions.stage_of(contest, each, now)) for each in contest.rounds]
    waiting = [each.label for each, stage in stages if stage not in (Stage.FINALIZED, Stage.PUBLISHED)]
    if waiting:
        raise Conflict("not_finalized", rounds=waiting)
    finalized = [each for each, stage in stages if stage is Stage.FINALIZED]
    if contest.published_at is not None and not finalized:
        publish_awards(contest, actor=actor, now=now)
        return contests.get_contest(contest.slug)
    for each in finalized:
        results.publish(contest, each, actor=actor, now=now)
    if contest.published_at is None:
        contest = contests_service.publish(contest, actor=actor, now=now)
    _publish_sheet(contest, actor=actor, now=now, cause="publish", round_key=None)
    return contests.get_contest(contest.slug)


def refresh(contest: ContestInfo, *, cause: str, actor: str, now: datetime) -> SheetInfo:
    """The sheet as it follows from results and decisions now: a new version, or the latest when nothing is new."""
    lock(contest)
    decisions = Decisions(contest)
    return store(contest, sheet.work_out(contest, decisions), decisions, cause=cause, actor=actor, now=now)


def keep_up(contest: ContestInfo, *, cause: str, actor: str, now: datetime) -> None:
    """Let the sheet follow a decision from elsewhere (an entry refused, rules amended), once there is a sheet."""
    if queries.latest(contest.id) is not None:
        refresh(contest, cause=cause, actor=actor, now=now)


def lock(contest: ContestInfo) -> None:
    """Decisions about the prizes of one contest take turns."""
    # Of the same strength as an update: the foreign keys of acts written meanwhile do not stand in its way.
    db.session.execute(select(Contest.id).where(Contest.id == contest.id).with_for_update(key_share=True))


def store(
    contest: ContestInfo, made: Sheet, decisions: Decisions, *, cause: str, actor: str, now: datetime
) -> SheetInfo:
    """Write a sheet down as the next version, unless it says what the latest says; the contest is locked."""
    text = snapshot.canonical_json(sheet.content(contest, made, decisions))
    digest = snapshot.content_hash(text)
    before = queries.latest(contest.id)
    if before is not None and before.content_hash == digest:
        return before
    row = AwardSheet(
        contest_id=contest.id,
        version=before.version + 1 if before else 1,
        cause=cause,
        made_at=now,
        made_by=actor,
        content=text,
        content_hash=digest,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(sheet.rows(row.id, made))
    db.session.flush()
    found = queries.latest(contest.id)
    assert found is not None  # noqa: S101 - it was written just now
    return found


def _publish_sheet(contest: ContestInfo, *, actor: str, now: datetime, cause: str, round_key: str | None) -> SheetInfo:
    """Make the latest sheet the one that everybody sees."""
    lock(contest)
    decisions = Decisions(contest)
    made = sheet.work_out(contest, decisions)
    open_lots = _lots_in_the_way(contest, made)
    if open_lots:
        raise Conflict("lots_open", rankings=open_lots)
    for round_ in contest.rounds:
        newest, shown = made.results.get(round_.key), versions.published(round_.id)
        if newest is not None and shown is not None and shown.version != newest.version:
            raise Conflict("other_round_waits", round=round_.label)
    info = store(contest, made, decisions, cause=cause, actor=actor, now=now)
    db.session.execute(update(AwardSheet).where(AwardSheet.id == info.id).values(published_at=now))
    contests_service.record_act(
        contest.id, "publish_awards", actor=actor, now=now, round_key=round_key,
        reason=f"{info.version}: {info.content_hash}",
    )  # fmt: skip
    db.session.flush()
    return info


def _lots_in_the_way(contest: ContestInfo, made: Sheet) -> list[str]:
    """The rankings in which a lot must be drawn before the prizes that everybody may see are all settled."""
    public = [section for section in made.sections if _is_public(contest, section.part)]
    waited_for = {place.open_lot.ranking for section in public for place in section.places if place.open_lot}
    return [section.part.name for section in made.sections if section.part.name in waited_for]


def _is_public(contest: ContestInfo, part: Part) -> bool:
    """True for a ranking whose prizes everybody may see once the sheet is published."""
    if part.round is None:
        return contest.published_at is not None
    return _has_published(part.round)


def _has_published(round_: RoundInfo) -> bool:
    return versions.published(round_.id) is not None
