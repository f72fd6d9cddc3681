"""A published result is read from its lines: the same page as the final ranking of its day, whatever happens later."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import update

from quizapp.areas import queries as areas
from quizapp.attempts.models import Attempt, Standing
from quizapp.db import db, transaction
from quizapp.results import closing, service, versions
from quizapp.results import published_board as published
from quizapp.results.final_board import read_final_board
from tests import factories
from tests.results.test_final_board import CHAINS

GROUPS = [{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}]
MIN_SCORE = {"gate": "min_score", "min_score": 30, "keys": ["prediction_gap"], "fallback": "next_score"}


def crowd(now, ranking, *, groups=True, size=18):
    """People with few scores, durations and guesses, so that many share a rank."""
    changes = {"groups": GROUPS} if groups else {}
    fields = {"full_name": "required", "phone": "required", "area": "required"}
    contest = factories.make_contest(
        now,
        entry={
            "mode": "form",
            "fields": {**fields, "group": "required"} if groups else fields,
            "identity": ["phone", "full_name"],
        },
        rounds=[factories.round_dict(now, ranking=ranking, prediction={"metric": "people", "scope": "round"})],
        publication={"live": "hidden_until_close"},
        **changes,
    )
    chance = random.Random(23)
    people = []
    for _ in range(size):
        more = {"group": chance.choice("AB")} if groups else {}
        person = factories.enter(contest, now, area=chance.choice(["101", "102", "111"]), **more)
        factories.sit(
            contest, person, now, right=chance.choice([2, 3, 5]), seconds=chance.choice([60, 90]),
            prediction=chance.choice(["16", "18", "25", None]),
        )  # fmt: skip
        people.append(person)
    return contest, people


def publish(contest, moment, actor="mot"):
    """Close, finalize and publish the only round; the version that is public then."""
    round_ = contest.round("tuan-1")
    with transaction():
        closing.freeze(contest, now=moment)
    with transaction():
        service.finalize(contest, round_, actor=actor, now=moment)
        return service.publish(contest, round_, actor=actor, now=moment)


@pytest.mark.parametrize("ranking", [*CHAINS, MIN_SCORE], ids=lambda chain: "-".join([chain["gate"], *chain["keys"]]))
@pytest.mark.parametrize("groups", [True, False], ids=["groups", "no groups"])
def test_a_published_page_is_the_final_page_of_its_day(app, now, ranking, groups):
    contest, people = crowd(now, ranking, groups=groups)
    round_, tree = contest.round("tuan-1"), areas.get_tree("tinh-mau")
    result = publish(contest, now + timedelta(hours=2))
    district = tree.get("10")
    ids = tree.descendant_ids(district) | {district.id}
    asked = [{}, {"area_ids": ids}, *([{"group": "B"}, {"group": "A", "area_ids": ids}] if groups else [])]
    for what in asked:
        for person in [None, *people[:6]]:
            me = person.participant.id if person else None
            expected = read_final_board(round_, actual=result.actual, limit=4, me=me, **what)
            assert published.read_published_board(contest, round_, result, limit=4, me=me, **what) == expected


def test_what_is_done_later_changes_nothing_of_a_published_version(app, now):
    contest, people = crowd(now, CHAINS[0])
    round_ = contest.round("tuan-1")
    later = now + timedelta(hours=2)
    result = publish(contest, later)
    before = published.read_published_board(contest, round_, result, me=people[3].participant.id)
    with transaction():
        service.supersede(contest, round_, actor="hai", reason="Chấm lại câu 3", now=later)
        db.session.execute(update(Standing).values(score=0))
        db.session.execute(update(Attempt).values(score=0, is_perfect=False))
    assert versions.published(round_.id) == result
    assert published.read_published_board(contest, round_, result, me=people[3].participant.id) == before
    with transaction():
        service.finalize(contest, round_, actor="hai", now=later)
        service.publish(contest, round_, actor="hai", now=later)
    second = versions.published(round_.id)
    assert second.version == 2
    now_public = published.read_published_board(contest, round_, second)
    assert {row.score for row in now_public.rows} == {0}
    # The first one can still be read as it was.
    assert published.read_published_board(contest, round_, result, me=people[3].participant.id) == before
    assert versions.published_of_contest(contest.id) == {round_.id: second}


@pytest.mark.parametrize("groups", [True, False], ids=["groups", "no groups"])
def test_neighbours_by_rank_and_places_among_others(app, now, groups):
    contest, people = crowd(now, CHAINS[0], groups=groups)
    result = publish(contest, now + timedelta(hours=2))
    tree = areas.get_tree("tinh-mau")
    lines = list(versions.stream_lines(result.id))
    for person in people:
        row = versions.line_of(result.id, person.participant.id)
        same = [line for line in lines if line.group_key == row.group_key]
        assert published.ranked_in_group(row) == len(same)
        assert published.shared_by(row) == sum(1 for line in same if line.rank == row.rank)
        better = [line for line in same if line.rank < row.rank]
        worse = [line for line in same if line.rank > row.rank]
        assert published.next_better(row) == (better[-1] if better else None)
        assert published.next_worse(row) == (worse[0] if worse else None)
        district = tree.ancestor_at(row.area_id, "district")
        ids = tree.descendant_ids(district) | {district.id}
        inside = [line for line in same if line.area_id in ids]
        place = 1 + sum(1 for line in inside if line.rank < row.rank)
        assert published.place_within(row, ids) == (place, len(inside))
