"""Marks for a round without papers: taken in as one act, ranked like any other round, closed with its result."""

from datetime import timedelta

import pytest

from quizapp.attempts import queries as attempts
from quizapp.attempts import service as sitting
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.errors import Conflict
from quizapp.leaderboard import boards
from quizapp.results import marking, queries, versions
from quizapp.results import service as results
from quizapp.strict_yaml import RefusedFile
from tests import factories

ESSAY = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now, rounds=[factories.round_dict(now, label="Bài viết", **ESSAY)])


@pytest.fixture
def people(contest, now):
    return [factories.enter(contest, now, full_name=name) for name in ("Đinh Thị An", "Siu Bình", "Rơ Châm Chi")]


def upload(contest, people, given, now):
    lines = [f"{people[index].participant.public_id};{mark}" for index, mark in given.items()]
    with transaction():
        return marking.upload_marks(
            contest, "tuan-1", "\n".join(["participant;score", *lines]).encode(), name="d.csv", actor="cham", now=now
        )


def own(person):
    return attempts.list_attempts(person.participant.id)


def test_a_mark_is_the_attempt_of_a_person(contest, people, now):
    assert upload(contest, people, {0: 87, 1: 100}, now) == 2
    (first,), (second,), third = (own(person) for person in people)
    assert (first.score, first.is_perfect, second.score, second.is_perfect, third) == (87, False, 100, True, [])
    assert (first.paper, first.number, first.finished_by, first.receipt_code) == ((), 1, "staff", None)
    assert first.started_at == first.deadline == first.submitted_at == now
    assert first.rules_version == contest.rounds[0].rules_version
    counts = queries.counts(contest.id, contest.rounds[0].id)
    assert (counts.people, counts.attempts, counts.people_all_correct) == (2, 2, 1)
    (act, *_) = contests.list_acts(contest.id)
    assert (act.act, act.round_key, act.actor, act.reason) == ("upload_marks", "tuan-1", "cham", "2 (2)")


def test_another_file_changes_what_it_names_and_nothing_else(contest, people, now):
    upload(contest, people, {0: 87, 1: 100}, now)
    generation = boards.wanted_generation(contest.id)
    assert upload(contest, people, {0: 87, 1: 60, 2: 75}, now + timedelta(minutes=5)) == 2
    marks = [(line.full_name, line.score) for line in marking.list_marks(contest, contest.rounds[0])]
    assert marks == [("Đinh Thị An", 87), ("Siu Bình", 60), ("Rơ Châm Chi", 75)]
    assert [len(own(person)) for person in people] == [1, 1, 1]
    # Times decide nothing here and stay those of the first mark.
    assert own(people[1])[0].submitted_at == now
    assert queries.counts(contest.id, None).people_all_correct == 0
    assert boards.wanted_generation(contest.id) != generation


def test_marks_are_ranked_and_final_with_the_result(contest, people, now):
    upload(contest, people, {0: 87, 1: 60, 2: 87}, now)
    round_ = contest.rounds[0]
    after = round_.closes_at + GRACE + timedelta(seconds=1)
    assert upload(contest, people, {1: 70}, after) == 1
    with transaction():
        result = results.finalize(contest, round_, actor="mot", now=after)
    lines = [(line.rank, line.full_name, line.score) for line in versions.stream_lines(result.id)]
    assert sorted(lines) == [(1, "Rơ Châm Chi", 87), (1, "Đinh Thị An", 87), (3, "Siu Bình", 70)]
    assert not marking.takes_marks(contest, round_, after)
    with pytest.raises(Conflict, match="marks_final"):
        upload(contest, people, {1: 71}, after)
    with transaction():
        results.reopen(contest, round_, actor="mot", reason="Chấm lại", now=after)
    assert upload(contest, people, {1: 71}, after) == 1


def test_a_refused_file_changes_nothing(contest, people, now):
    upload(contest, people, {0: 50}, now)
    with pytest.raises(RefusedFile):
        upload(contest, people, {0: 60, 1: 101}, now)
    assert [line.score for line in marking.list_marks(contest, contest.rounds[0])] == [50, None, None]


def test_people_of_another_contest_have_no_mark_here(contest, people, now):
    other = factories.make_contest(now, contest="khac")
    stranger = factories.enter(other, now)
    with pytest.raises(RefusedFile) as refused:
        upload(contest, [stranger], {0: 5}, now)
    assert [problem.code for problem in refused.value.problems] == ["mark_person_unknown"]


def test_only_the_promoted_have_marks_where_the_round_is_for_them(app, now):
    first = factories.round_dict(now, ranking={"gate": "none", "keys": ["score"]})
    final = factories.round_dict(
        now, key="bai-viet", label="Bài viết", promote={"round": "tuan-1", "top": 1},
        opens_at=(now + timedelta(hours=2)).isoformat(), closes_at=(now + timedelta(hours=4)).isoformat(), **ESSAY,
    )  # fmt: skip
    contest = factories.make_contest(now, rounds=[first, final])
    best, second = factories.enter(contest, now), factories.enter(contest, now)
    factories.sit(contest, best, now)
    factories.sit(contest, second, now, right=1)
    essay = contest.round("bai-viet")
    assert marking.list_marks(contest, essay) == []
    after = contest.round("tuan-1").closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        results.finalize(contest, contest.round("tuan-1"), actor="mot", now=after)
        results.publish(contest, contest.round("tuan-1"), actor="mot", now=after)
    assert [line.participant_id for line in marking.list_marks(contest, essay)] == [best.participant.id]


def test_marks_come_in_from_the_opening_on(app, now):
    later = factories.round_dict(
        now, opens_at=(now + timedelta(hours=1)).isoformat(), closes_at=(now + timedelta(hours=2)).isoformat(), **ESSAY
    )
    contest = factories.make_contest(now, rounds=[later])
    person = factories.enter(contest, now)
    with pytest.raises(Conflict, match="marks_too_early"):
        upload(contest, [person], {0: 5}, now)
    assert upload(contest, [person], {0: 5}, now + timedelta(hours=1)) == 1


def test_a_round_with_papers_takes_no_marks_and_one_without_no_papers(contest, people, now):
    with pytest.raises(Conflict, match="round_is_marked"), transaction():
        sitting.start(contest, contest.rounds[0], people[0].participant, now=now)
    other = factories.make_contest(now, contest="khac")
    with pytest.raises(Conflict, match="round_not_marked"):
        upload(other, people, {0: 5}, now)
