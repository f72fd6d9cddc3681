"""The first week of Hòa Bình 2022, replayed in full size with the shipped configuration (`hoa_binh` says with whom)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from quizapp.attempts.models import Answer, Attempt
from quizapp.awards import queries as awards
from quizapp.awards import service
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.results import closing, ordering, queries, versions
from quizapp.results.rules import Stage
from tests.results import hoa_binh, shipped
from tests.results.hoa_binh import ALL_CORRECT, PEOPLE, Resident, Try

BEFORE = datetime(2022, 4, 17, 1, 0, tzinfo=UTC)


@pytest.fixture
def contest(app):
    shipped.load(BEFORE)
    return shipped.launch_file(shipped.SHIPPED_CONTESTS / "hoa-binh-2022-hcm.yaml", BEFORE)


def close(contest):
    """Freeze what was to be guessed; the moment at which that is possible."""
    over = contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        assert closing.freeze(contest, now=over) == 1
    return over


def test_the_first_week(contest):
    round_ = contest.rounds[0]
    people = hoa_binh.residents()
    with transaction():
        ids = hoa_binh.settle_in(contest, people, with_papers=True)
    role = dict(zip(ids, [one.role for one in people], strict=True))
    total = sum(len(one.tries) for one in people)
    assert total >= PEOPLE * 1.25
    assert db.session.scalar(select(func.count()).select_from(Answer)) == total * hoa_binh.QUESTIONS

    over = close(contest)
    assert contests.actual_of(round_.id) == ALL_CORRECT
    assert versions.stage_of(contest, round_, over) is Stage.REVIEW
    with transaction():
        result = service.finalize_round(contest, round_.key, actor="to-chuc", now=over)
    assert (result.people, result.attempts, result.people_all_correct) == (PEOPLE, total, ALL_CORRECT)
    assert (result.actual, result.ranked) == (ALL_CORRECT, PEOPLE - 2)

    lines = list(versions.stream_lines(result.id))
    first = [(role[line.participant_id], line.rank, line.prediction, line.gap) for line in lines[:5]]
    assert first == [
        ("nhat", 1, 3200, 5),
        ("nhi", 2, 3201, 6),
        ("ba", 3, 3213, 18),
        ("second ba", 4, 3174, 21),
        ("nobody's prize", 5, 3216, 21),
    ]
    silent = [line.line for line in lines if line.is_perfect and line.prediction is None]
    assert silent == list(range(ALL_CORRECT - 2 - len(silent) + 1, ALL_CORRECT - 2 + 1))
    assert {line.line for line in lines if role[line.participant_id] == "no guess"} <= set(silent)
    twins = [line.rank for line in lines if role[line.participant_id] == "twin"]
    assert twins[0] == twins[1]
    assert all(line.is_perfect == (line.line <= ALL_CORRECT - 2) for line in lines)
    # The second implementation, line by line.
    expected = hoa_binh.naive_order(people, ids, round_.opens_at, ALL_CORRECT)
    found = [(line.rank, line.participant_id, line.gap, line.submitted_at, line.score, line.attempts) for line in lines]
    assert found == expected

    with transaction():
        service.publish_round(contest, round_.key, actor="to-chuc", now=over)
    published = versions.published(round_.id)
    assert published is not None
    assert published.ranking_hash == result.ranking_hash
    sheet = awards.published(contest.id)
    assert sheet is not None
    given = [
        (award.prize, award.amount, role[award.participant_id], award.prediction, award.gap)
        for award in awards.list_awards(sheet, round_id=round_.id, public=True)
    ]
    assert given == [
        ("Nhất", 1_500_000, "nhat", 3200, 5),
        ("Nhì", 1_000_000, "nhi", 3201, 6),
        ("Ba", 500_000, "ba", 3213, 18),
        ("Ba", 500_000, "second ba", 3174, 21),
    ]
    tallest = sorted((sums.people for sums in queries.figures_by_area(contest.id, round_.id).values()), reverse=True)
    assert tallest[:4] == [1550, 1448, 1232, 1087]


@pytest.mark.parametrize(("minute", "places"), [(4999, ["rival", "nhat"]), (5001, ["nhat", "rival"])])
def test_of_two_guesses_as_far_off_the_earlier_comes_first(contest, minute, places):
    """3,190 is as near to 3,195 as 3,200."""
    round_ = contest.rounds[0]
    people = hoa_binh.residents(Resident((Try(minute, 6, 3190),), "rival"))
    with transaction():
        ids = hoa_binh.settle_in(contest, people, with_papers=False)
    close(contest)
    lines = ordering.ranked(round_, actual=contests.actual_of(round_.id))
    found = db.session.execute(select(lines).order_by(lines.c.line).limit(3)).all()
    role = dict(zip(ids, [one.role for one in people], strict=True))
    assert [role[line.participant_id] for line in found] == [*places, "nhi"]
    assert [(line.rank, line.gap) for line in found] == [(1, 5), (2, 5), (3, 6)]
    assert db.session.scalar(select(func.count(Attempt.id))) > PEOPLE
