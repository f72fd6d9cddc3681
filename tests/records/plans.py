"""Small contests of every kind, as plain data that hypothesis draws, and what plays one through the services."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from quizapp.awards import regrading
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import refusals
from quizapp.errors import QuizError
from tests import factories

METRICS = ("people_all_correct", "attempts_all_correct", "people", "attempts", "percent_all_correct")
POLICIES = ("best", "best_earliest", "first_perfect", "first", "last")
KEYS = ("score", "prediction_gap", "submitted_at", "duration", "started_at", "perfect_attempts")
KINDS = ("rekey", "accept", "void_all", "void_answered", "drop", "restore")
AREAS = ("101", "10", "ngoai-tinh:01", "")
LAST = "mau-010"  # the question of which two options are right


@dataclass(frozen=True)
class Sat:
    """An attempt: in which round, when in its turn, how long, how many right; `wrong` more are left unanswered."""

    round: int
    minute: int
    seconds: int
    right: int
    empty: bool
    guess: str | None
    abandoned: bool


@dataclass(frozen=True)
class Somebody:
    """A participant."""

    group: str | None
    area: str
    refused: bool
    sat: tuple[Sat, ...]


@dataclass(frozen=True)
class Plan:
    """A whole contest; rounds are blocks of its file without times."""

    rounds: tuple[dict[str, Any], ...]
    people: tuple[Somebody, ...]
    groups: tuple[str, ...] = ()
    rulings: tuple[tuple[int, int, str, str], ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)


papers = st.one_of(
    st.builds(
        lambda refs, shuffle: {"mode": "fixed", "questions": [*refs, LAST], "shuffle": shuffle},
        st.lists(st.sampled_from([f"mau-{n:03d}" for n in range(1, 10)]), min_size=1, max_size=3, unique=True),
        st.fixed_dictionaries({"questions": st.booleans(), "options": st.booleans()}),
    ),
    st.builds(
        lambda first, second, shuffle: {
            "mode": "random",
            "draw": [{"bank": "mau", "difficulty": "nhan-biet", "count": first}, {"bank": "mau", "count": second}],
            "shuffle": shuffle,
        },
        st.integers(1, 2),
        st.integers(1, 3),
        st.fixed_dictionaries({"questions": st.booleans(), "options": st.booleans()}),
    ),
)


def size_of(paper):
    """How many questions a paper has."""
    return len(paper.get("questions", ())) or sum(line["count"] for line in paper["draw"])


@st.composite
def round_blocks(draw, contest_scope):
    """A round as a file says it, without key and times."""
    points = draw(st.sampled_from([1, 10]))
    paper = {**draw(papers), "points": points}
    if draw(st.booleans()):
        paper["time_limit_seconds"] = 600
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6, unique=True))
    gate = draw(st.sampled_from(["none", "all_correct", "min_score"]))
    ranking = {"gate": gate, "keys": keys, "fallback": draw(st.sampled_from(["next_score", "leave_unawarded"]))}
    if gate == "min_score":
        ranking["min_score"] = points * draw(st.integers(1, size_of(paper)))
    if gate == "none" and keys[0] not in ("score", "prediction_gap"):
        ranking["keys"] = ["score", *(key for key in keys if key != "score")]
    block = {"paper": paper, "counted": draw(st.sampled_from(POLICIES)), "ranking": ranking}
    if "prediction_gap" in ranking["keys"] or draw(st.booleans()):
        scope = draw(st.sampled_from(["round", "contest"])) if contest_scope else "round"
        block["prediction"] = {"metric": draw(st.sampled_from(METRICS)), "scope": scope}
    return block


@st.composite
def plans(draw):
    """A contest of one or two rounds and a few people, with equal times among them."""
    rounds = tuple(draw(st.lists(round_blocks(contest_scope=True), min_size=1, max_size=2)))
    groups = draw(st.sampled_from([(), ("A", "B")]))
    sat = st.builds(
        Sat,
        round=st.integers(0, len(rounds) - 1),
        minute=st.integers(0, 2),
        seconds=st.sampled_from([30, 31, 60]),
        right=st.sampled_from([0, 1, 2, 3, 4, 9, 9]),
        empty=st.booleans(),
        guess=st.sampled_from([None, "0", "1", "2", "3", "50"]),
        abandoned=st.sampled_from([False, False, False, True]),
    )
    # Several people do just the same, so that ranks are shared.
    courses = [tuple(each) for each in draw(st.lists(st.lists(sat, min_size=1, max_size=3), min_size=2, max_size=4))]
    somebody = st.builds(
        Somebody,
        group=st.sampled_from(groups) if groups else st.none(),
        area=st.sampled_from(AREAS),
        refused=st.sampled_from([False, False, False, True]),
        sat=st.sampled_from([*courses, ()]),
    )
    ruling = st.tuples(
        st.integers(0, len(rounds) - 1), st.integers(0, 3), st.sampled_from(KINDS), st.sampled_from("ABD")
    )
    people = tuple(draw(st.lists(somebody, min_size=3, max_size=7)))
    return Plan(rounds, people, groups, tuple(draw(st.lists(ruling, max_size=2))))


def play(plan, now):
    """Run the contest from its launch to its publication: the contest, and the moment after it."""
    contest = launched(plan, now)
    for somebody in plan.people:
        typed = {"area": somebody.area, **({"group": somebody.group} if somebody.group else {})}
        person = factories.enter(contest, now, **typed)
        for turn, sat in enumerate(somebody.sat):
            sit(contest, person, sat, turn)
        if somebody.refused:
            with transaction():
                refusals.refuse(person.participant, reason="khai sai", actor="lan", now=now)
    end = max(round_.closes_at for round_ in contest.rounds) + timedelta(minutes=1)
    settle(contest, end)
    for ruling in plan.rulings:
        rule(contest, ruling, end)
    return factories.finalize_and_publish(contests.get_contest(contest.slug), end + timedelta(minutes=1)), end


def launched(plan, now):
    """The contest, launched; rounds follow each other, the first is open since a minute."""
    blocks = [
        {
            "key": f"tuan-{index + 1}",
            "label": f"Tuần {index + 1}",
            "opens_at": (now - timedelta(minutes=1) + index * timedelta(hours=2)).isoformat(),
            "closes_at": (now + timedelta(hours=1) + index * timedelta(hours=2)).isoformat(),
            **block,
        }
        for index, block in enumerate(plan.rounds)
    ]
    fields = {"full_name": "required", "date_of_birth": "required", "phone": "required", "area": "optional"}
    if plan.groups:
        fields["group"] = "required"
    try:
        return factories.make_contest(
            now,
            contest=f"cuoc-thi-{factories.new_number()}",
            groups=[{"key": key, "label": f"Bảng {key}"} for key in plan.groups],
            entry={"mode": "form", "fields": fields, "identity": ["phone", "full_name"], "resume": "details"},
            rounds=blocks,
            publication={"live": "hidden_until_close", "records": "public"},
            **plan.changes,
        )
    except QuizError:
        # What cannot work together is refused; that is the matter of other tests.
        assume(False)
        raise


def sit(contest, person, sat, turn):
    """One attempt; the third, fourth, … question of those not right may stay empty, or the paper is just left."""
    round_ = contest.rounds[sat.round]
    began = round_.opens_at + timedelta(minutes=2 + 15 * turn + sat.minute)
    attempt = factories.start(contest, person, began, round_.key)
    choices = factories.right_choices(contest, attempt, right=sat.right)
    if sat.empty:
        choices = choices[: max(sat.right, 1)]
    done = began + timedelta(seconds=sat.seconds)
    guess = (sat.guess, 1) if sat.guess is not None and round_.spec.prediction else None
    factories.save(person, attempt, choices, done, guess)
    if not sat.abandoned:
        factories.submit(person, attempt, done)


def settle(contest, at):
    """What the worker does."""
    with transaction():
        factories.attempts.settle_due(contest, now=at)
        factories.closing.freeze(contest, now=at)


def rule(contest, ruling, at):
    """Stage a ruling and apply it, when it makes sense."""
    index, question, kind, option = ruling
    round_ = contest.rounds[index]
    snapshot = contests.get_snapshot(contest.id, round_.rules_version)
    refs = sorted({ref for stratum in snapshot.blueprints[round_.key] for ref in stratum.pool})
    ref = refs[question % len(refs)]
    answers = [[option]] if kind in ("rekey", "accept") else []
    try:
        staged = regrading.stage_ruling(
            contest, round_, ref, kind, answers, reason="đề sai", public_note="Đề sai.", actor="lan", now=at
        )
        with transaction():
            regrading.apply_ruling(contest, round_, staged.id, actor="lan", now=at)
    except QuizError as error:
        if error.code not in ("regrade_changes_nothing", "regrade_of_void", "regrade_invalid", "regrade_other_round"):
            raise
