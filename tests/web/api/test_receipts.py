"""The public check of a receipt's code."""

from datetime import timedelta

import pytest

from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.db import transaction
from tests import factories


@pytest.fixture
def code(caller, contest):
    """The code of a finished attempt in a round that is open."""
    caller.enter()
    return caller.post(f"/attempts/{caller.start()['attempt']}/submission").json["code"]


def test_before_the_close_a_code_is_as_unknown_as_any(another, code):
    asker = another()
    assert asker.get(f"/receipts/{code}", 404).json == asker.get("/receipts/0000000000", 404).json


def test_after_the_close_it_is_known_and_after_publication_listed(another, code, at, now):
    asker = another()
    with at(now + timedelta(hours=1, seconds=4)):
        found = asker.get(f"/receipts/{code.lower()}").json
        assert found == {
            "known": True,
            "listed": False,
            "contest": "cuoc-thi-mau",
            "round": "tuan-1",
            "submitted_at": "2025-05-19T08:00:00.000Z",
        }
    later = now + timedelta(hours=2)
    with at(later):
        factories.finalize(contests.get_contest("cuoc-thi-mau"), later)
        assert asker.get(f"/receipts/{code}").json["listed"] is False
        # The round is published on its own, long before the contest may be.
        with transaction():
            awards.publish_round(contests.get_contest("cuoc-thi-mau"), "tuan-1", actor="test", now=later)
        assert asker.get(f"/receipts/{code}").json["listed"] is True
        assert asker.get("/receipts/0000000000", 404).json["code"] == "receipt_not_found"


def test_trying_codes_has_to_wait(another, contest):
    asker = another()
    for _ in range(60):
        asker.get("/receipts/0000000000", 404)
    assert asker.get("/receipts/0000000000", 429).json["code"] == "too_many_requests"
