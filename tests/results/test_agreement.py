"""Contests of many shapes are played at random; a second, slow implementation must come to the same results.

It knows nothing but the attempts and answers as they are stored, the questions, and the contest's file. Seeds make a
failure repeatable: the seed is in the test's name.
"""

import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from quizapp.areas import queries as areas
from quizapp.attempts import service, standings
from quizapp.attempts.models import Answer, Attempt, Standing
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, fresh_snapshot, transaction
from quizapp.entries.models import Participant
from quizapp.errors import Conflict
from quizapp.leaderboard import boards
from quizapp.results import board, closing, queries, sealing
from quizapp.results.board_rows import NEIGHBOURS
from quizapp.results.final_board import read_final_board
from quizapp.web.access import StaffView
from quizapp.web.reports import Selection, report
from tests import factories
from tests.results.whole_ranking import final_ranking

SEEDS = range(10)
AREAS = ["101", "102", "111", "122", "10", "12", "1", "ngoai-tinh:01", ""]
KEYS = ["score", "submitted_at", "duration", "started_at", "perfect_attempts"]
POLICIES = ["best", "best_earliest", "first_perfect", "first", "last"]
METRICS = ["people_all_correct", "attempts_all_correct", "people", "attempts", "percent_all_correct"]


# --- a contest and its play ---------------------------------------------------------------------------------------


def a_round(dice, start, number, guessing):
    keys = dice.sample(KEYS, dice.randint(1, 4))
    gate = dice.choice(["none", "all_correct"])
    if guessing:
        keys.insert(dice.randint(0, len(keys)), "prediction_gap")
    if gate == "none" and keys[0] not in ("score", "prediction_gap"):
        keys = ["score", *(key for key in keys if key != "score")]
    prediction = {"metric": dice.choice(METRICS), "scope": dice.choice(["round", "contest"])}
    return factories.round_dict(
        start,
        key=f"vong-{number}",
        label=f"Vòng {number}",
        opens_at=(start + timedelta(hours=number)).isoformat(),
        closes_at=(start + timedelta(hours=number + 1)).isoformat(),
        attempts={"max": 3, "per": "round"},
        counted=dice.choice(POLICIES),
        ranking={"gate": gate, "keys": keys, "fallback": dice.choice(["next_score", "leave_unawarded"])},
        prizes=[{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": dice.randint(1, 3)}],
        **({"prediction": prediction} if guessing else {}),
    )


def a_contest(dice, start):
    guessing = dice.random() < 0.6
    grouped = dice.random() < 0.4
    rounds = [a_round(dice, start, n, guessing and dice.random() < 0.8) for n in range(dice.randint(1, 3))]
    entry = factories.contest_dict(start)["entry"]
    entry["excluded"] = {"mode": "unranked", "people": [{"phone": "0977000111", "full_name": "Người Không Xếp"}]}
    if grouped:
        entry["fields"]["group"] = "required"
    return factories.make_contest(
        start,
        rounds=rounds,
        entry=entry,
        groups=[{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}] if grouped else [],
        publication={"live": "hidden_until_close" if guessing else "full", "mask_phone": True},
    )


def people_of(dice, contest, start):
    """Everybody enters before the first round; one of them may not be ranked."""
    found = []
    for number in range(9):
        typed = {"area": dice.choice(AREAS), **({"group": dice.choice("AB")} if contest.spec.groups else {})}
        if number == 0:
            typed |= {"phone": "0977000111", "full_name": "Người Không Xếp"}
        found.append(factories.enter(contest, start, **typed))
    return found


def play(dice, contest, round_, people):
    """Some sit the paper up to three times; some never submit. Few different moments, so that there are ties."""
    for person in people:
        moment = round_.opens_at + timedelta(minutes=dice.choice([0, 0, 1, 5]))
        for _ in range(dice.randint(0, 3)):
            sit_once(dice, contest, round_, person, moment)
            moment += timedelta(minutes=11)


def sit_once(dice, contest, round_, person, moment):
    attempt = factories.start(contest, person, moment, round_.key)
    later = moment + timedelta(seconds=dice.choice([30, 30, 60, 600, 602]))
    guess = None
    if round_.spec.prediction is not None and dice.random() < 0.8:
        guess = (str(dice.randint(0, 9)), 1)
    if dice.random() < 0.9:
        choices = factories.right_choices(contest, attempt, right=dice.choice([0, 3, 4, 5, 5, 5]))
        factories.save(person, attempt, choices, later, guess)
    if dice.random() < 0.8:
        factories.submit(person, attempt, later)


# --- the second implementation ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sat:
    """A finished attempt, worked out anew."""

    id: int
    person: int
    number: int
    score: int
    perfect: bool
    started_at: datetime
    submitted_at: datetime
    prediction: int | None

    @property
    def duration(self):
        return (self.submitted_at - self.started_at) // timedelta(milliseconds=1)


class Naive:
    """Results of a contest whose due attempts are final, from the raw rows."""

    def __init__(self, contest):
        fresh_snapshot()
        self.contest = contest
        self.people = {p.id: p for p in db.session.scalars(select(Participant).order_by(Participant.id))}
        snapshot = contests.get_snapshot(contest.id)
        chosen = defaultdict(dict)
        for answer in db.session.scalars(select(Answer)):
            chosen[answer.attempt_id][answer.question] = set(json.loads(answer.options))
        self.sat = defaultdict(list)
        for row in db.session.scalars(select(Attempt).order_by(Attempt.id)):
            if row.submitted_at is None:
                continue
            refs = [ref for ref, _ in json.loads(row.paper)]
            right = sum(chosen[row.id].get(ref, set()) == set(snapshot.questions[ref].answer) for ref in refs)
            self.sat[row.round_id].append(
                Sat(row.id, row.participant_id, row.number, right * 10, right == len(refs), row.started_at,
                    row.submitted_at, row.prediction)
            )  # fmt: skip

    def key(self, round_, sat, actual, *, live):
        """Smaller stands first."""
        ranking = round_.spec.ranking
        perfect = sum(1 for other in self.sat[round_.id] if other.person == sat.person and other.perfect)
        far = 10**12
        worth = {
            "score": -sat.score,
            "prediction_gap": 0 if actual is None else far if sat.prediction is None else abs(sat.prediction - actual),
            "submitted_at": sat.submitted_at,
            "duration": sat.duration,
            "started_at": sat.started_at,
            "perfect_attempts": -perfect,
        }
        values = [worth[key] for key in ranking.keys if key != "prediction_gap" or not live]
        if live:
            return [-sat.score, *values]
        if ranking.gate == "all_correct":
            return [0, 0, *values] if sat.perfect else [1, -sat.score, *values]
        return values

    def counted(self, round_, actual):
        """Each person's counted attempt."""
        by_person = defaultdict(list)
        for sat in self.sat[round_.id]:
            by_person[sat.person].append(sat)
        chosen = {}
        for person, several in by_person.items():
            by_time = sorted(several, key=lambda sat: (sat.submitted_at, sat.number))
            best = sorted(by_time, key=lambda sat: -sat.score)[0]
            chosen[person] = {
                "first": by_time[0],
                "last": by_time[-1],
                "best_earliest": best,
                "first_perfect": best,
                "best": min(by_time, key=lambda sat: self.key(round_, sat, actual, live=actual is None)),
            }[round_.spec.counted]
        return chosen

    def actual(self, round_):
        """What was to be guessed, by the counted attempts as they stood before it was known."""
        prediction = round_.spec.prediction
        if prediction is None:
            return None
        rounds = [round_] if prediction.scope == "round" else self.contest.rounds
        counted = [sat for each in rounds for sat in self.frozen_before(each, round_).values()]
        everything = [sat for each in rounds for sat in self.sat[each.id]]
        people = {sat.person for sat in counted}
        perfect = {sat.person for sat in counted if sat.perfect}
        percent = Fraction(len(perfect) * 10_000_000, len(people)) if people else Fraction(0)
        return {
            "people": len(people),
            "attempts": len(everything),
            "people_all_correct": len(perfect),
            "attempts_all_correct": sum(sat.perfect for sat in everything),
            "percent_all_correct": int(percent + Fraction(1, 2)),
        }[prediction.metric]

    def frozen_before(self, other, round_):
        """The counted attempts of `other` when the guess of `round_` was counted: guesses of rounds that were frozen
        earlier had chosen again."""
        known = other.position < round_.position and other.spec.prediction is not None
        return self.counted(other, self.actual(other) if known else None)

    def ranking(self, round_, actual, *, live=False, where=lambda person: True):
        """[(rank, person, counted attempt)], best first."""
        counted = self.counted(round_, actual)
        ranked = [
            (self.key(round_, sat, actual, live=live), sat)
            for sat in counted.values()
            if not self.people[sat.person].is_unranked and where(self.people[sat.person])
        ]
        leave = round_.spec.ranking.gate == "all_correct" and round_.spec.ranking.fallback == "leave_unawarded"
        if leave and not live:
            ranked = [(key, sat) for key, sat in ranked if sat.perfect]
        tie = (lambda sat: (sat.person,)) if live else (lambda sat: (sat.submitted_at, sat.person))
        ranked.sort(key=lambda line: (line[0], tie(line[1])))
        return [(1 + sum(other < key for other, _ in ranked), self.people[sat.person], sat) for key, sat in ranked]


# --- the comparison -----------------------------------------------------------------------------------------------


def below(tree, code):
    """Ids of an area and of everything below it; None = everybody."""
    if code is None:
        return None
    node = tree.get(code)
    return {other.id for other in tree.nodes if node.id in other.path}


def shown(rows):
    return [(row.rank, row.participant, row.score, row.duration_ms, row.submitted_at) for row in rows]


def told(lines):
    return [(rank, person.public_id, sat.score, sat.duration, sat.submitted_at) for rank, person, sat in lines]


def views(contest, tree):
    """(area, ids of its people, group, condition on a person) of every board."""
    for code in (None, "10", "101", "12"):
        for group in (None, *(each.key for each in contest.spec.groups)):
            ids = below(tree, code)

            def condition(person, ids=ids, group=group):
                return (ids is None or person.area_id in ids) and group in (None, person.group_key)

            yield (tree.get(code) if code else None), ids, group, condition


def check_page(page, lines, limit, me):
    """A page against the whole ranking."""
    assert shown(page.rows) == told(lines[:limit])
    assert page.total == len(lines)
    place = next((index for index, (_, person, _) in enumerate(lines) if person.id == me), None)
    assert shown([page.me] if page.me else []) == told(lines[place : place + 1] if place is not None else [])
    around = lines[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1] if place is not None else []
    assert shown(page.around) == told(around)


def check_live_boards(contest, round_, tree):
    naive = Naive(contest)
    for area, _, group, condition in views(contest, tree):
        lines = naive.ranking(round_, None, live=True, where=condition)
        for me in naive.people:
            page = board.read_board(contest, round_, area=area, group=group, limit=4, me=me)
            check_page(page, lines, 4, me)


def check_standings(contest, round_, naive, actual):
    query = select(Standing).where(Standing.round_id == round_.id)
    counted = naive.counted(round_, actual)
    assert {
        row.participant_id: (row.attempt_id, row.attempts, row.perfect_attempts, row.score, row.is_perfect,
                             row.started_at, row.submitted_at, row.duration_ms, row.prediction)
        for row in db.session.scalars(query.execution_options(populate_existing=True))
    } == {
        person: (sat.id, *_numbers(naive, round_, person), sat.score, sat.perfect, sat.started_at, sat.submitted_at,
                 sat.duration, sat.prediction)
        for person, sat in counted.items()
    }  # fmt: skip


def _numbers(naive, round_, person):
    own = [sat for sat in naive.sat[round_.id] if sat.person == person]
    return len(own), sum(sat.perfect for sat in own)


def check_final(contest, round_, naive, tree):
    actual = naive.actual(round_)
    assert contests.actual_of(round_.id) == actual
    check_standings(contest, round_, naive, actual)
    for group in (None, *(each.key for each in contest.spec.groups)):
        lines = naive.ranking(round_, actual, where=lambda p, group=group: group in (None, p.group_key))
        found = final_ranking(contest, round_, group=group)
        assert shown(line.row for line in found.rows) == told(lines)
    for _, ids, group, condition in views(contest, tree):
        lines = naive.ranking(round_, actual, where=condition)
        for me in naive.people:
            page = read_final_board(
                round_, actual=actual, area_ids=frozenset(ids) if ids else None, group=group, limit=3, me=me
            )
            check_page(page, lines, 3, me)


def check_tables(contest, naive, tree, now):
    """The tables for the whole contest and for a district against sums over people."""
    finals = {round_.id: naive.counted(round_, naive.actual(round_)) for round_ in contest.rounds}
    for code in (None, "10"):
        ids = below(tree, code)
        scope = tree.get(code) if code else tree.root
        view = StaffView(contest, tree, scope, code is None)
        for rounds in ([round_] for round_ in contest.rounds):
            check_sums(Selection(view, rounds[0], scope, now), naive, finals, ids, rounds)
        check_sums(Selection(view, None, scope, now), naive, finals, ids, contest.rounds)


def check_sums(chosen, naive, finals, ids, rounds):
    inside = {p.id: p for p in naive.people.values() if ids is None or p.area_id in ids}
    counted = [sat for round_ in rounds for sat in finals[round_.id].values() if sat.person in inside]
    everything = [sat for round_ in rounds for sat in naive.sat[round_.id] if sat.person in inside]
    people = {sat.person for sat in counted}
    perfect = {sat.person for sat in counted if sat.perfect}
    mean = Fraction(sum(sat.score for sat in counted), len(counted)) if counted else None
    best = max((sat.score for sat in counted), default=None)
    won = [
        person
        for round_ in rounds
        for group in [each.key for each in chosen.contest.spec.groups] or [None]
        for person in winners(
            naive.ranking(round_, naive.actual(round_), where=lambda p, group=group: group in (None, p.group_key)),
            round_.spec.prizes,
        )
    ]
    table = report("areas", chosen)
    share = Fraction(len(perfect), len(people)) if people else None
    prizes = sum(person.id in inside for person in won)
    assert table.total[2:] == (len(people), len(everything), len(perfect), share, mean, best, None, None, prizes)
    for column, total in ((2, len(people)), (3, len(everything)), (4, len(perfect)), (10, prizes)):
        assert sum(row[column] for row in table.rows) == total
    names = [row[[column.key for column in table.columns].index("area")] for row in table.rows]
    assert len(names) == len(set(names))
    rows = [row for row in report("summary", chosen).rows if row[0] in [round_.label for round_ in rounds]]
    by_round = Counter(sat.started_at.hour for sat in everything)
    assert sum(row[5] for row in rows) == len(everything) == sum(by_round.values())
    listed = list(report("winners", chosen).rows)
    assert Counter(row[[c.key for c in report("winners", chosen).columns].index("full_name")] for row in listed) == (
        Counter(person.full_name for person in won if person.id in inside)
    )
    assert len(list(report("attempts", chosen).rows)) == len(everything)
    persons = list(report("participants", chosen).rows)
    assert len(persons) == len(inside)
    assert sum(row[-2] for row in persons) == len(everything)
    spread = list(report("scores", chosen).rows)
    assert sum(row[3] for row in spread) == len(counted)
    assert sum(row[5] for row in spread) == len(everything)


def winners(lines, prizes):
    """Who has a prize before lots are drawn: people of one rank, when the places that they take are all of one kind."""
    kinds = [index for index, prize in enumerate(prizes) for _ in range(prize.count)]
    kinds += [None] * max(0, len(lines) - len(kinds))
    found = []
    for rank in {rank for rank, _, _ in lines}:
        tied = [(place, person) for place, (other, person, _) in enumerate(lines) if other == rank]
        taken = {kinds[place] for place, _ in tied}
        if len(taken) == 1 and None not in taken:
            found += [person for _, person in tied]
    return found


def settle_all(contest, moment):
    with transaction():
        service.settle_due(contest, now=moment)
    with transaction():
        closing.freeze(contest, now=moment)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_implementations_agree(redis_app, now, seed):
    dice = random.Random(seed)
    contest = a_contest(dice, now)
    tree = areas.get_tree_by_id(contest.tree_id)
    people = people_of(dice, contest, now)
    for round_ in contest.rounds:
        play(dice, contest, round_, people)
        if round_.position == 0:
            standings.rebuild_boards(contest)
        check_live_boards(contest, round_, tree)
        assert boards.is_complete(contest.id)
        end = round_.closes_at + GRACE + timedelta(milliseconds=1)
        with pytest.raises(Conflict):
            factories.start(contest, people[0], round_.closes_at, round_.key)
        settle_all(contest, end)
        decided = [each for each in contest.rounds if sealing.has_result(contest, each, end)]
        if round_.spec.prediction is None or round_ in decided:
            naive = Naive(contest)
            check_standings(contest, round_, naive, naive.actual(round_))
    naive = Naive(contest)
    for round_ in contest.rounds:
        check_final(contest, round_, naive, tree)
    check_totals(contest, naive)
    factories.finalize(contest, end)
    with redis_app.test_request_context():
        check_tables(contest, naive, tree, end)


def check_totals(contest, naive):
    found = queries.counts(contest.id, None)
    everything = [sat for round_ in contest.rounds for sat in naive.sat[round_.id]]
    assert (found.entered, found.attempts) == (len(naive.people), len(everything))
    assert found.people == len({sat.person for sat in everything})
    assert found.attempts_all_correct == sum(sat.perfect for sat in everything)
