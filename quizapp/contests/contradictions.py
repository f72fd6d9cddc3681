"""Which settings of a contest file cannot work together. Pure.

A contest that cannot be carried out as it is written is refused before it begins, with the place and the reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.contests.rules import full_score, hides_results
from quizapp.contests.spec import FIELD_NAMES, Attempts, Collective, ContestSpec, Prize, RoundSpec, Shuffle
from quizapp.ranking.rules import MAX_SCORE

Path = tuple[str | int, ...]
_MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class SpecProblem:
    """A contradiction at `path` of the file; `code` names the sentence, `params` fills it."""

    path: Path
    code: str
    params: Mapping[str, Any]


def check_spec(spec: ContestSpec, levels: tuple[str, ...]) -> list[SpecProblem]:
    """Every contradiction inside a contest file; `levels` are the level keys of its tree, top down."""
    problems = [*_check_areas(spec, levels), *_check_entry(spec), *_check_groups(spec)]
    seen: set[str] = set()
    for index, round_ in enumerate(spec.rounds):
        path = ("rounds", index)
        if round_.key in seen:
            problems.append(SpecProblem((*path, "key"), "round_key_twice", {"key": round_.key}))
        seen.add(round_.key)
        problems.extend(_check_round(spec, round_, path))
    return [*problems, *_check_overall(spec), *_check_collectives(spec, levels), *_check_records(spec)]


# --- areas, entry, groups -----------------------------------------------------------------------------------------


def _check_areas(spec: ContestSpec, levels: tuple[str, ...]) -> Iterator[SpecProblem]:
    if levels and spec.areas.ranked_level not in levels:
        params = {"level": spec.areas.ranked_level, "levels": ", ".join(levels)}
        yield SpecProblem(("areas", "ranked_level"), "unknown_level", params)


def _check_entry(spec: ContestSpec) -> Iterator[SpecProblem]:
    entry = spec.entry
    for index, name in enumerate(entry.identity):
        if entry.fields.rule(name) != "required":
            yield SpecProblem(("entry", "identity", index), "identity_not_required", {"field": name})
    if entry.resume == "details" and entry.fields.date_of_birth != "required":
        yield SpecProblem(("entry", "resume"), "resume_needs_birth_date", {})
    asks_age = entry.age.min is not None or entry.age.max is not None or any(_has_age(g.age) for g in spec.groups)
    if asks_age and entry.fields.date_of_birth != "required":
        yield SpecProblem(("entry", "fields", "date_of_birth"), "age_needs_birth_date", {})
    if entry.residence == "inside" and entry.fields.area != "required":
        yield SpecProblem(("entry", "fields", "area"), "residence_needs_area", {})
    yield from _check_age(("entry", "age"), entry.age.min, entry.age.max)
    yield from _check_excluded(spec)


def _check_excluded(spec: ContestSpec) -> Iterator[SpecProblem]:
    entry = spec.entry
    for index, person in enumerate(entry.excluded.people):
        for name in entry.identity:
            if name not in person:
                path = ("entry", "excluded", "people", index)
                yield SpecProblem(path, "excluded_without_identity", {"field": name})
        for typed in person:
            if typed not in FIELD_NAMES:
                yield SpecProblem(("entry", "excluded", "people", index, typed), "unknown_field", {"field": typed})


def _check_groups(spec: ContestSpec) -> Iterator[SpecProblem]:
    if spec.groups and spec.entry.fields.group != "required":
        yield SpecProblem(("entry", "fields", "group"), "groups_need_the_field", {})
    keys = [group.key for group in spec.groups]
    for index, group in enumerate(spec.groups):
        if keys.index(group.key) != index:
            yield SpecProblem(("groups", index, "key"), "group_key_twice", {"key": group.key})
        yield from _check_age(("groups", index, "age"), group.age.min, group.age.max)


def _check_age(path: Path, low: int | None, high: int | None) -> Iterator[SpecProblem]:
    if low is not None and high is not None and low > high:
        yield SpecProblem(path, "age_range_empty", {"min": low, "max": high})


def _has_age(age: object) -> bool:
    return getattr(age, "min", None) is not None or getattr(age, "max", None) is not None


# --- rounds -------------------------------------------------------------------------------------------------------


def _check_round(spec: ContestSpec, round_: RoundSpec, path: Path) -> Iterator[SpecProblem]:
    if round_.closes_at <= round_.opens_at:
        yield SpecProblem((*path, "closes_at"), "closes_before_opening", {"key": round_.key})
    yield from _check_paper(round_, path)
    yield from _check_ranking(spec, round_, path)
    yield from _check_promotion(spec, round_, path)
    yield from _check_prizes(round_.prizes, (*path, "prizes"))


def _check_paper(round_: RoundSpec, path: Path) -> Iterator[SpecProblem]:
    paper = round_.paper
    if paper.mode == "fixed" and (not paper.questions or paper.draw is not None):
        yield SpecProblem((*path, "paper"), "fixed_needs_questions", {})
    if paper.mode == "random" and (not paper.draw or paper.questions is not None):
        yield SpecProblem((*path, "paper"), "random_needs_draw", {})
    if paper.mode == "marked":
        yield from _check_marked(round_, path)
    elif paper.mode == "random" and round_.questions_public != "no":
        yield SpecProblem((*path, "questions_public"), "public_questions_are_fixed", {})
    if full_score(round_) > MAX_SCORE:
        yield SpecProblem((*path, "paper", "points"), "score_too_large", {"max": MAX_SCORE})


def _check_marked(round_: RoundSpec, path: Path) -> Iterator[SpecProblem]:
    """Nobody sits a paper in such a round: what is about sitting one would be a promise that is not kept."""
    paper = round_.paper
    meaningless: list[tuple[Path, bool]] = [
        (("paper", "questions"), paper.questions is not None),
        (("paper", "draw"), paper.draw is not None),
        (("paper", "shuffle"), paper.shuffle != Shuffle()),
        (("paper", "time_limit_seconds"), paper.time_limit_seconds is not None),
        (("attempts",), round_.attempts != Attempts()),
        (("counted",), round_.counted != "best"),
        (("prediction",), round_.prediction is not None),
        (("questions_public",), round_.questions_public != "no"),
    ]
    for place, is_said in meaningless:
        if is_said:
            yield SpecProblem((*path, *place), "marked_has_no_paper", {"field": str(place[-1])})
    if round_.ranking.gate == "all_correct":
        yield SpecProblem((*path, "ranking", "gate"), "marked_has_no_right_answers", {})
    for index, key in enumerate(round_.ranking.keys):
        if key != "score":
            yield SpecProblem((*path, "ranking", "keys", index), "marked_ranks_by_score", {"key": key})


def _check_ranking(spec: ContestSpec, round_: RoundSpec, path: Path) -> Iterator[SpecProblem]:
    ranking, keys = round_.ranking, round_.ranking.keys
    if len(set(keys)) != len(keys):
        yield SpecProblem((*path, "ranking", "keys"), "ranking_key_twice", {})
    if "prediction_gap" in keys and round_.prediction is None and round_.paper.mode != "marked":
        yield SpecProblem((*path, "ranking", "keys"), "gap_without_prediction", {})
    if ranking.gate == "none" and keys[0] not in ("score", "prediction_gap") and round_.paper.mode != "marked":
        yield SpecProblem((*path, "ranking", "keys"), "score_must_lead", {"key": keys[0]})
    if round_.prediction is not None and not hides_results(spec):
        yield SpecProblem(("publication", "live"), "live_leaks_prediction", {"live": spec.publication.live})
    if ranking.gate == "min_score" and ranking.min_score is None:
        yield SpecProblem((*path, "ranking", "gate"), "min_score_missing", {})
    if ranking.gate != "min_score" and ranking.min_score is not None:
        yield SpecProblem((*path, "ranking", "min_score"), "min_score_unused", {"gate": ranking.gate})
    if ranking.min_score is not None and ranking.min_score > (full := full_score(round_)):
        params = {"min_score": ranking.min_score, "full": full}
        yield SpecProblem((*path, "ranking", "min_score"), "min_score_unreachable", params)
    if _guess_decides_its_own_count(round_):
        yield SpecProblem((*path, "ranking", "keys"), "guess_decides_its_count", {})


def _guess_decides_its_own_count(round_: RoundSpec) -> bool:
    """True when the nearest guess chooses a person's attempt before right answers do.

    Whether the person counts as all-correct would then depend on the very number of all-correct people, and could
    change once that number is known.
    """
    if round_.prediction is None or round_.counted != "best" or "prediction_gap" not in round_.ranking.keys:
        return False
    counts_people = round_.prediction.metric in ("people_all_correct", "percent_all_correct")
    before = round_.ranking.keys[: round_.ranking.keys.index("prediction_gap")]
    only_perfect = round_.ranking.gate == "all_correct" or (
        round_.ranking.gate == "min_score" and (round_.ranking.min_score or 0) >= full_score(round_)
    )
    return counts_people and "score" not in before and not only_perfect


def _check_promotion(spec: ContestSpec, round_: RoundSpec, path: Path) -> Iterator[SpecProblem]:
    promotion = round_.promote
    if promotion is None:
        return
    place = (*path, "promote", "round")
    source = next((each for each in spec.rounds if each.key == promotion.round), None)
    if source is None:
        known = ", ".join(each.key for each in spec.rounds if each.key != round_.key)
        yield SpecProblem(place, "unknown_round", {"key": promotion.round, "known": known})
    elif source.key == round_.key:
        yield SpecProblem(place, "promotes_itself", {})
    elif source.closes_at > round_.opens_at:
        yield SpecProblem(place, "promotes_too_early", {"source": source.key, "key": round_.key})
    elif _waits_for(spec, source, round_):
        yield SpecProblem(place, "promotion_waits_for_guess", {"source": source.key})


def _waits_for(spec: ContestSpec, source: RoundSpec, round_: RoundSpec) -> bool:
    """True when the source's result is known only after a paper that opens no earlier than this round is over."""
    if source.prediction is None or source.prediction.scope != "contest":
        return False
    return any(each.paper.mode != "marked" and each.closes_at > round_.opens_at for each in spec.rounds)


# --- prizes -------------------------------------------------------------------------------------------------------


def _check_prizes(prizes: Sequence[Prize], path: Path) -> Iterator[SpecProblem]:
    names = [prize.name for prize in prizes]
    for index, name in enumerate(names):
        if names.index(name) != index:
            yield SpecProblem((*path, index, "name"), "prize_name_twice", {"name": name})


def _check_overall(spec: ContestSpec) -> Iterator[SpecProblem]:
    overall = spec.overall
    if overall is None:
        return
    if len(set(overall.keys)) != len(overall.keys):
        yield SpecProblem(("overall", "keys"), "ranking_key_twice", {})
    if overall.keys[0] in ("duration", "submitted_at"):
        yield SpecProblem(("overall", "keys"), "overall_rewards_absence", {"key": overall.keys[0]})
    known = [round_.key for round_ in spec.rounds]
    named = known if overall.rounds is None else overall.rounds
    if not named:
        yield SpecProblem(("overall", "rounds"), "overall_without_rounds", {})
    for index, key in enumerate(named):
        if key not in known:
            params = {"key": key, "known": ", ".join(known)}
            yield SpecProblem(("overall", "rounds", index), "unknown_round", params)
        elif named.index(key) != index and overall.rounds is not None:
            yield SpecProblem(("overall", "rounds", index), "overall_round_twice", {"key": key})
    yield from _check_prizes(overall.prizes, ("overall", "prizes"))


def individual_prizes(spec: ContestSpec) -> list[Prize]:
    """The prizes for persons, of all rounds and of the overall ranking."""
    return [prize for round_ in spec.rounds for prize in round_.prizes] + (spec.overall.prizes if spec.overall else [])


def _check_collectives(spec: ContestSpec, levels: tuple[str, ...]) -> Iterator[SpecProblem]:
    for index, collective in enumerate(spec.collectives):
        path = ("collectives", index)
        if levels and collective.level not in levels:
            params = {"level": collective.level, "levels": ", ".join(levels)}
            yield SpecProblem((*path, "level"), "unknown_level", params)
        yield from _check_metric(spec, collective, path)
        yield from _check_weights(spec, collective, path)
        yield from _check_prizes(collective.prizes, (*path, "prizes"))
        for place, prize in enumerate(collective.prizes):
            if prize.by == "hand" and collective.metric != "manual":
                yield SpecProblem((*path, "prizes", place, "by"), "hand_prize_in_ranking", {"name": prize.name})


def _check_metric(spec: ContestSpec, collective: Collective, path: Path) -> Iterator[SpecProblem]:
    then = collective.then
    if collective.metric == "manual" and then:
        yield SpecProblem((*path, "then"), "manual_is_not_ranked", {})
    for index, metric in enumerate(then):
        if then.index(metric) != index or metric == collective.metric:
            yield SpecProblem((*path, "then", index), "collective_metric_twice", {"metric": metric})
    weighs_prizes = collective.weights is not None and collective.weights.prizes > 0
    if ("prizes" in (collective.metric, *then) or weighs_prizes) and not individual_prizes(spec):
        yield SpecProblem((*path, "metric"), "collective_without_prizes_to_count", {})


def _check_weights(spec: ContestSpec, collective: Collective, path: Path) -> Iterator[SpecProblem]:
    weights = collective.weights
    if collective.metric == "weighted" and weights is None:
        yield SpecProblem((*path, "metric"), "weights_missing", {})
    if collective.metric != "weighted" and weights is not None:
        yield SpecProblem((*path, "weights"), "weights_unused", {"metric": collective.metric})
    if weights is not None and not any(weights.model_dump().values()):
        yield SpecProblem((*path, "weights"), "weights_all_zero", {})
    if collective.prize_points and (weights is None or weights.prizes == 0):
        yield SpecProblem((*path, "prize_points"), "prize_points_unused", {})
    known = {prize.name: None for prize in individual_prizes(spec)}
    for name, points in collective.prize_points.items():
        if name not in known:
            params = {"name": name, "known": ", ".join(known)}
            yield SpecProblem((*path, "prize_points", name), "unknown_prize", params)
        elif not 0 <= points <= _MOST_POINTS:
            yield SpecProblem((*path, "prize_points", name), "prize_points_out_of_range", {"max": _MOST_POINTS})


def _check_records(spec: ContestSpec) -> Iterator[SpecProblem]:
    """Published records hold who got which points for which question: with them, anybody can tell the key."""
    if spec.publication.records == "public":
        for index, round_ in enumerate(spec.rounds):
            if round_.key_public == "never" and round_.paper.mode != "marked":
                yield SpecProblem(("rounds", index, "key_public"), "records_tell_the_key", {"key": round_.key})
