"""Rules that change while a contest runs: a new version, with a reason, for the rounds that have not begun.

A round that has begun keeps its settings and its questions exactly as they were; everybody who sits it is judged by
what they were promised. What an amendment may change besides is what nobody has been judged by yet: texts, the overall
ranking, collectives, how results are shown at the end. The seed of the draws and its commitment never change.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from quizapp.areas import queries as areas
from quizapp.contests import contradictions, loader, queries, service, snapshot
from quizapp.contests.models import Contest, ContestSnapshot, Round
from quizapp.contests.queries import ContestInfo
from quizapp.contests.spec import ContestSpec, RoundSpec
from quizapp.db import db
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.strict_yaml.problems import path_text

# A round that opens within this time counts as begun: whoever starts a paper at its first moment must find the rules
# settled, however long the amendment takes.
LEAD = timedelta(minutes=1)
# Blocks of the file that people have entered by, or that decide about rounds which have begun.
_KEPT = ("contest", "areas", "entry", "groups", "publication")
Problem = dict[str, Any]


def begun_rounds(contest: ContestInfo, now: datetime) -> frozenset[str]:
    """Keys of the rounds that an amendment at `now` does not reach."""
    return frozenset(round_.key for round_ in contest.rounds if round_.opens_at <= now + LEAD)


def parse(contest: ContestInfo, data: bytes, *, name: str, now: datetime) -> ContestSpec:
    """The amended file as a spec, when the amendment is allowed at `now`; changes nothing.

    Times that the file leaves as they were stay as they are now, also where a round has been extended since.
    Raises RefusedFile for a file that is unsound in itself; Conflict("contest_not_launched", "already_published");
    Conflict("amendment_refused") with `problems` [{code, field, ...}] when it changes what must stay.
    """
    if contest.launched_at is None:
        raise Conflict("contest_not_launched")
    if contest.published_at is not None:
        raise Conflict("already_published")
    begun = begun_rounds(contest, now)
    typed = loader.parse_contest(data, name=name, owner_area_id=contest.owner_area_id, begun=begun)
    problems = [
        *_changed_blocks(contest, typed, begun),
        *_changed_rounds(contest, typed, begun),
        *_impossible_rounds(contest, typed, begun, now),
    ]
    if not problems:
        levels = tuple(level.key for level in areas.get_tree(typed.areas.tree).levels)
        for found in contradictions.check_spec(_at_present_times(contest, typed), levels):
            problems.append({"code": found.code, "field": path_text(found.path), **found.params})
    if problems:
        raise Conflict("amendment_refused", problems=problems)
    return typed.model_copy(
        update={"rounds": [contest.spec.round(each.key) if each.key in begun else each for each in typed.rounds]}
    )


def amend(contest: ContestInfo, data: bytes, *, name: str, actor: str, reason: str, now: datetime) -> ContestInfo:
    """Put the amended file in force for the rounds that have not begun, as a new version of the rules.

    Their questions are taken from the banks as they are at `now`. A file that changes nothing, with banks that have not
    changed, makes no version. Raises as `parse` does, and Invalid("reason_missing").
    """
    if not reason.strip():
        raise Invalid("reason_missing")
    row = db.session.scalars(
        select(Contest).where(Contest.id == contest.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    contest = queries.get_contest(contest.slug)
    spec = parse(contest, data, name=name, now=now)
    begun = begun_rounds(contest, now)
    version = queries.latest_version(contest.id) + 1
    questions, blueprints = loader.resolve_questions(spec, begun, owner_area_id=contest.owner_area_id)
    content = snapshot.write(spec, questions, blueprints, rules_version=version)
    if _is_same(contest, content, begun):
        return contest
    _store_rounds(contest, spec, begun, version, now)
    text = snapshot.canonical_json(spec.model_dump(mode="json"))
    row.title, row.spec, row.spec_hash = spec.title, text, snapshot.content_hash(text)
    row.source_yaml = data.decode("utf-8-sig")
    db.session.add(
        ContestSnapshot(
            contest_id=contest.id,
            version=version,
            reason=reason.strip(),
            content=content,
            content_hash=snapshot.content_hash(content),
            taken_at=now,
        )
    )
    told = f"v{version}: {reason.strip()}"
    sealed = service.rules_seal(queries.get_seed(contest.id), content)
    service.record_act(contest.id, "amend", actor=actor, now=now, object=sealed, reason=told)
    db.session.flush()
    return queries.get_contest(contest.slug)


# --- what must stay -----------------------------------------------------------------------------------------------


def _changed_blocks(contest: ContestInfo, typed: ContestSpec, begun: Collection[str]) -> Iterator[Problem]:
    old, new = contest.spec.model_dump(), typed.model_dump()
    for name in _KEPT:
        for field in _differences(old[name], new[name], name):
            yield {"code": "amendment_keeps", "field": field}
    # What the rounds that have begun are counted for was promised to everybody who took part; more may be added to it.
    if begun and typed.prize_cap != contest.spec.prize_cap:
        yield {"code": "amendment_keeps", "field": "prize_cap"}
    promised = contest.spec.collectives
    if begun and typed.collectives[: len(promised)] != promised:
        yield {"code": "amendment_keeps", "field": "collectives"}
    if begun and contest.spec.overall is not None and typed.overall != contest.spec.overall:
        yield {"code": "amendment_keeps", "field": "overall"}


def _changed_rounds(contest: ContestInfo, typed: ContestSpec, begun: Collection[str]) -> Iterator[Problem]:
    found = {round_.key: round_ for round_ in typed.rounds}
    for round_ in contest.rounds:
        if round_.key not in begun:
            continue
        if round_.key not in found:
            yield {"code": "amendment_drops_begun", "field": f"rounds.{round_.key}", "round": round_.label}
            continue
        new = found[round_.key].model_dump()
        present = {"opens_at": round_.opens_at, "closes_at": round_.closes_at}
        new |= {name: getattr(round_.spec, name) for name, time in present.items() if new[name] == time}
        for field in _differences(round_.spec.model_dump(), new, f"rounds.{round_.key}"):
            yield {"code": "amendment_changes_begun", "field": field, "round": round_.label}


def _impossible_rounds(
    contest: ContestInfo, typed: ContestSpec, begun: Collection[str], now: datetime
) -> Iterator[Problem]:
    """Rounds that have not begun and can still not be added, dropped or moved so."""
    found = {round_.key: round_ for round_ in typed.rounds}
    for key, each in found.items():
        if key not in begun and each.opens_at <= now + LEAD:
            yield {"code": "amendment_opens_too_soon", "field": f"rounds.{key}.opens_at", "round": each.label}
    if all(round_.closes_at <= now for round_ in contest.rounds):
        # After the last round the secret of the draws becomes public: whoever has it knows every further paper.
        for key in sorted(_papers(typed) - _papers(contest.spec)):
            yield {"code": "amendment_after_draws", "field": f"rounds.{key}", "round": found[key].label}
    if any(_guesses_whole_contest(contest.round(key).spec) for key in begun):
        # The number that people have guessed already would become another one.
        for key in sorted(_papers(contest.spec) ^ _papers(typed)):
            yield {"code": "amendment_moves_guess", "field": f"rounds.{key}", "round": key}


def _differences(old: Any, new: Any, path: str) -> Iterator[str]:
    """The paths of values that are not the same; a list is one value."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield path
        return
    for name in sorted({*old, *new}):
        yield from _differences(old.get(name), new.get(name), f"{path}.{name}")


def _guesses_whole_contest(round_: RoundSpec) -> bool:
    return round_.prediction is not None and round_.prediction.scope == "contest"


def _papers(spec: ContestSpec) -> set[str]:
    return {round_.key for round_ in spec.rounds if round_.paper.mode != "marked"}


def _is_same(contest: ContestInfo, content: str, begun: Collection[str]) -> bool:
    """True when neither the file nor a question of a round that has not begun is another one than before."""
    made = snapshot.read(content)
    if made.spec != contest.spec:
        return False
    for round_ in contest.rounds:
        if round_.key in begun:
            continue
        kept = queries.get_snapshot(contest.id, round_.rules_version)
        refs = [ref for stratum in made.blueprints[round_.key] for ref in stratum.pool]
        if made.blueprints[round_.key] != kept.blueprints[round_.key]:
            return False
        if any(made.questions[ref] != kept.questions[ref] for ref in refs):
            return False
    return True


# --- rounds -------------------------------------------------------------------------------------------------------


def _present_times(contest: ContestInfo, typed: RoundSpec) -> tuple[datetime, datetime]:
    """(opens, closes): what the file says, or the present times where it says what it said before."""
    try:
        round_ = contest.round(typed.key)
    except NotFound:
        return typed.opens_at, typed.closes_at
    opens_at = round_.opens_at if typed.opens_at == round_.spec.opens_at else typed.opens_at
    return opens_at, round_.closes_at if typed.closes_at == round_.spec.closes_at else typed.closes_at


def _at_present_times(contest: ContestInfo, typed: ContestSpec) -> ContestSpec:
    rounds = []
    for round_ in typed.rounds:
        opens_at, closes_at = _present_times(contest, round_)
        rounds.append(round_.model_copy(update={"opens_at": opens_at, "closes_at": closes_at}))
    return typed.model_copy(update={"rounds": rounds})


def _store_rounds(contest: ContestInfo, spec: ContestSpec, begun: Collection[str], version: int, now: datetime) -> None:
    """Rounds that have not begun as the spec has them; each write is refused for one that has begun after all."""
    still_ahead = Round.opens_at > now + LEAD
    coming = {round_.key: round_ for round_ in contest.rounds if round_.key not in begun}
    for position, typed in enumerate(sorted(_at_present_times(contest, spec).rounds, key=lambda each: each.opens_at)):
        values = {"label": typed.label, "opens_at": typed.opens_at, "closes_at": typed.closes_at}
        if typed.key in begun:
            db.session.execute(update(Round).where(Round.id == contest.round(typed.key).id).values(position=position))
        elif typed.key in coming:
            _one(
                update(Round)
                .where(Round.id == coming.pop(typed.key).id, still_ahead)
                .values(position=position, rules_version=version, **values)
            )
        else:
            row = Round(contest_id=contest.id, key=typed.key, position=position, rules_version=version, **values)
            db.session.add(row)
    for dropped in coming.values():
        _one(delete(Round).where(Round.id == dropped.id, still_ahead))
    db.session.flush()


def _one(statement: Any) -> None:
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("round_begun_meanwhile")
