"""The first week of Hòa Bình 2022 in full size: as many people as there were, with the guesses that won.

Published were 8,664 people, 3,195 of them with everything right, the guesses 3,200, 3,201 and 3,213 that took the three
kinds of prizes, and the four units with the most people. Everything else is made up, from one seed, so that whatever
could be confused is there: attempts without limit with a guess each; better guesses of people who did not get
everything right, or not in that attempt; guesses as far below the truth as others above; excluded people; no guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from quizapp.areas import queries as areas
from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from tests import crowd
from tests.crowd import Sat

PEOPLE, ALL_CORRECT = 8664, 3195
SEED = 20220424
QUESTIONS, FULL = 6, 60
# What the four largest units reported; the rest is spread over the others.
UNITS = {"148": 1550, "dang-uy-khoi": 1448, "155": 1232, "152": 1087}
OTHER_UNITS = ("150", "153", "154", "156", "157", "158", "159")
NAMES = ("Bùi Thị Mến", "Đinh Công Sứ", "Hà Văn Thắng", "Lường Thị Phượng", "Nguyễn Đức Hiếu", "Quách Thị Kiều")


@dataclass(frozen=True)
class Try:
    """One attempt before it has a place in the tables: `at` is the minute of the week in which it is submitted."""

    at: float
    right: int
    guess: int | None = None
    seconds: int = 240


@dataclass(frozen=True)
class Resident:
    """Somebody who takes part; `role` names those of whom the test speaks."""

    tries: tuple[Try, ...]
    role: str = ""
    unit: str = ""
    unranked: bool = False


# All of these have everything right in some attempt.
LEADERS = (
    # The exact guess stands in an attempt with a mistake; the first attempt without one is far off.
    Resident((Try(60, 5, 3195), Try(70, 6, 2500), Try(5000, 6, 3200)), "nhat"),
    Resident((Try(3100, 6, 3201),), "nhi"),
    Resident((Try(9000, 6, 3213), Try(9100, 6, 3500)), "ba"),
    # As far below the truth as the next one above it, and earlier.
    Resident((Try(4000, 6, 3174),), "second ba"),
    Resident((Try(4000.5, 6, 3216),), "nobody's prize"),
    Resident((Try(10, 6, 3195),), "excluded", unranked=True),
    Resident((Try(11, 6, 3199),), "excluded too", unranked=True),
    *(Resident((Try(5 + minute, 6, None),), "no guess") for minute in range(5)),
    # Nothing tells these two apart: one rank.
    Resident((Try(777, 6, 4000),), "twin"),
    Resident((Try(777, 6, 2390),), "twin"),
)
# Nobody of these ever has.
OTHERS = (
    *(Resident((Try(300 + number, 5, 3195),), "exact but wrong") for number in range(20)),
    # Every number around the truth, none with a paper that is all right.
    Resident(tuple(Try(2000 + number, 5, 3095 + number, 30) for number in range(200)), "sprayer"),
)


def residents(rival: Resident | None = None) -> list[Resident]:
    """Everybody, in no particular order. `rival` takes the place of somebody who has everything right."""
    dice = Random(SEED)
    leaders = [*LEADERS, *([rival] if rival else [])]
    people = [
        *leaders,
        *(_all_correct(dice) for _ in range(ALL_CORRECT - len(leaders))),
        *OTHERS,
        *(_mistaken(dice) for _ in range(PEOPLE - ALL_CORRECT - len(OTHERS))),
    ]
    dice.shuffle(people)
    return [replace(one, unit=unit) for one, unit in zip(people, _units(dice), strict=True)]


def _units(dice: Random) -> list[str]:
    rest = PEOPLE - sum(UNITS.values())
    units = [unit for unit, people in UNITS.items() for _ in range(people)]
    units += [OTHER_UNITS[number % len(OTHER_UNITS)] for number in range(rest)]
    dice.shuffle(units)
    return units


def _all_correct(dice: Random) -> Resident:
    """Somebody who has everything right at some point, with guesses that are farther off than the winners'."""
    tries = _several(dice)
    sure = dice.randrange(tries)
    return Resident(_spread(dice, [6 if number == sure else dice.choice((3, 4, 5, 6)) for number in range(tries)]))


def _mistaken(dice: Random) -> Resident:
    """Somebody who never has; every tenth guesses nearer to the truth than the winner does."""
    tries = _several(dice)
    made = _spread(dice, [dice.choice((0, 2, 3, 4, 5, 5)) for _ in range(tries)])
    if dice.random() < 0.1:
        made = tuple(replace(one, guess=dice.randint(3190, 3200)) for one in made)
    return Resident(made)


def _several(dice: Random) -> int:
    return dice.choices((1, 2, 3, 5, 9), weights=(80, 13, 4, 2, 1))[0]


def _spread(dice: Random, rights: Sequence[int]) -> tuple[Try, ...]:
    """Attempts one after another within the week, with a guess at least 22 off the truth; now and then with none."""
    start = dice.uniform(0, 9000)
    far = [dice.choice((-1, 1)) * dice.randint(22, 2500) for _ in rights]
    return tuple(
        Try(
            start + 60 * number,
            right,
            None if dice.random() < 0.01 else ALL_CORRECT + by,
            dice.randint(40, 900),
        )
        for number, (right, by) in enumerate(zip(rights, far, strict=True))
    )


def settle_in(contest: ContestInfo, people: Sequence[Resident], *, with_papers: bool) -> list[int]:
    """Everybody with their attempts into the first week of the contest; their ids, in the order given.

    `with_papers`: each attempt has the paper that is drawn for it, and answers that earn its score.
    """
    round_ = contest.rounds[0]
    tree = areas.get_tree_by_id(contest.tree_id)
    area_ids = {code: tree.get(code).id for code in (*UNITS, *OTHER_UNITS)}
    rows = [
        {
            "full_name": f"{NAMES[number % len(NAMES)]} {number}",
            "area_id": area_ids[one.unit],
            "is_unranked": one.unranked,
            "public_id": f"hb{number:06d}",
        }
        for number, one in enumerate(people)
    ]
    ids = crowd.add_people(contest, rows, round_.opens_at)
    sitter = _Sitter(contest) if with_papers else None
    sat = []
    for person, row, one in zip(ids, rows, people, strict=True):
        for number, each in enumerate(one.tries, start=1):
            plain = _as_sat(person, each, round_.opens_at)
            sat.append(sitter.sit(plain, str(row["public_id"]), number, each.right) if sitter else plain)
    crowd.add_attempts(contest, round_, sat)
    return ids


def _as_sat(person: int, one: Try, opens_at: datetime) -> Sat:
    submitted = opens_at + timedelta(milliseconds=round(one.at * 60_000))
    started = max(opens_at, submitted - timedelta(seconds=one.seconds))
    return Sat(person, started, submitted, one.right * 10, one.right == QUESTIONS, one.guess)


class _Sitter:
    """Draws the paper of each attempt and answers it."""

    def __init__(self, contest: ContestInfo) -> None:
        self._contest = contest
        self._seed = contests.get_seed(contest.id)
        self._snapshot = contests.get_snapshot(contest.id)

    def sit(self, one: Sat, public_id: str, number: int, right: int) -> Sat:
        """The attempt with its paper, the first `right` questions of it answered rightly and the others wrongly."""
        key = self._contest.rounds[0].key
        stream = SeededStream(self._seed, stream_label(self._contest.slug, public_id, key, number))
        questions = self._snapshot.questions
        shuffle = self._snapshot.spec.round(key).paper.shuffle
        paper = draw_paper(stream, self._snapshot.blueprints[key], questions, shuffle)
        answers = {}
        for place, (ref, shown) in enumerate(paper):
            (answer,) = questions[ref].answer
            answers[ref] = answer if place < right else next(option for option in shown if option != answer)
        return replace(one, paper=paper, answers=answers)


def naive_order(people: Sequence[Resident], ids: Sequence[int], opens_at: datetime, actual: int) -> list[tuple]:
    """(rank, person, gap, submitted_at, score, number of attempts), best first, from what the people did, in words."""
    lines = []
    for person, one in zip(ids, people, strict=True):
        if one.unranked:
            continue
        sat = [_as_sat(person, each, opens_at) for each in one.tries]
        right = [each for each in sat if each.perfect]
        # The nearest guess of an attempt that is all right; without one, of those with the highest score.
        chosen = right or [each for each in sat if each.score == max(other.score for other in sat)]
        best = min(chosen, key=lambda each: (_far(each, actual), each.submitted_at))
        lines.append(((not right, -best.score, _far(best, actual), best.submitted_at), person, best, len(sat)))
    lines.sort(key=lambda line: (line[0], line[1]))
    ranked: list[tuple] = []
    for place, (key, person, best, attempts) in enumerate(lines, start=1):
        same = place > 1 and lines[place - 2][0] == key
        rank = ranked[-1][0] if same else place
        gap = None if best.prediction is None else abs(best.prediction - actual)
        ranked.append((rank, person, gap, best.submitted_at, best.score, attempts))
    return ranked


def _far(one: Sat, actual: int) -> int:
    return 10**9 if one.prediction is None else abs(one.prediction - actual)
