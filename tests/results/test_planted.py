"""People made by a program among people: the list of signs names nearly all of them, and hardly anybody else."""

import random
from datetime import timedelta

import pytest

from quizapp.db import transaction
from quizapp.results import anomalies
from tests import crowd, factories
from tests.crowd import Sat

HONEST, FAKE = 2000, 500
FULL, QUESTIONS = 100, 10


@pytest.fixture
def contest(app, now):
    round_ = factories.round_dict(now)
    round_["opens_at"] = (now - timedelta(days=6)).isoformat()
    round_["paper"]["time_limit_seconds"] = 900
    return factories.make_contest(now, rounds=[round_])


def honest(contest, rng):
    """Three busy evenings; each at their own speed, some with a family's telephone."""
    opens = contest.rounds[0].opens_at
    for number in range(HONEST):
        evening = timedelta(days=rng.choice((1, 2, 3)), seconds=max(0.0, rng.gauss(7200, 2400)))
        seconds = min(890.0, 30 + rng.lognormvariate(5, 0.5))
        right = min(10, max(0, round(rng.gauss(7.5, 2))))
        phone = f"09{10_000_000 + rng.randrange(80_000_000):08d}"
        yield {"phone": phone, "full_name": f"Nguyễn Thị Ngay {number}"}, opens + evening, seconds, right * 10


def planted(contest, rng, *, seconds, jitter):
    """A script: numbers in a row, a browser each, fifty at a time, the same answers after the same pauses."""
    begin = contest.rounds[0].opens_at + timedelta(days=2, hours=3)
    for number in range(FAKE):
        person = {"phone": f"0905{number:06d}", "full_name": f"Trần Văn Máy {number}"}
        begun = begin + timedelta(seconds=40 * (number // 50) + rng.random())
        yield person, begun, seconds + rng.random() * jitter, 90


@pytest.mark.parametrize(("seconds", "jitter"), [(8, 2), (45, 0.2), (300, 0.9)], ids=["hasty", "steady", "patient"])
def test_planted_people_are_listed_and_honest_ones_are_not(contest, seconds, jitter):
    rng = random.Random(20250519)
    people = [*honest(contest, rng), *planted(contest, rng, seconds=seconds, jitter=jitter)]
    with transaction():
        ids = crowd.add_people(contest, [person for person, *_ in people], contest.rounds[0].opens_at)
        sat = [
            Sat(id_, begun, begun + timedelta(seconds=took), score, score == FULL)
            for id_, (_, begun, took, score) in zip(ids, people, strict=True)
        ]
        crowd.add_attempts(contest, contest.rounds[0], sat)
    named = {flag.full_name for flag in anomalies.stream_flags(contest.rounds[0])}
    caught = len([name for name in named if "Máy" in name])
    wronged = len([name for name in named if "Ngay" in name])
    assert caught >= 0.9 * FAKE
    assert wronged <= 0.01 * HONEST
