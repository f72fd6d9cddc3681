"""A final that only the best of an earlier round reach: what its page says to whom, and who may begin."""

from datetime import timedelta

import pytest

from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot, transaction
from quizapp.results import service as results
from tests import factories
from tests.web.api.callers import Caller
from tests.web.play.sitting import sitter

PAGE = "/cuoc-thi/cuoc-thi-mau"
START = f"{PAGE}/chung-ket/bat-dau"
FOR_THE_FIRST = "Vòng này dành cho 1 người đứng đầu trong kết quả Tuần 1."


@pytest.fixture
def scene(app, now):
    """A week that is over, with two people, and the open final for the first of them."""
    first = factories.round_dict(now - timedelta(days=1), ranking={"gate": "none", "keys": ["score"]}, label="Tuần 1")
    final = factories.round_dict(now, key="chung-ket", label="Chung kết", promote={"round": "tuan-1", "top": 1})
    contest = factories.make_contest(now - timedelta(days=1), rounds=[first, final])
    best = sitter(app, contest, now - timedelta(days=1))
    other = sitter(app, contest, now - timedelta(days=1))
    factories.sit(contest, best.person, now - timedelta(days=1))
    factories.sit(contest, other.person, now - timedelta(days=1), right=1)
    return contest, best, other


def publish(contest):
    round_ = contest.round("tuan-1")
    after = round_.closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        results.finalize(contest, round_, actor="mot", now=after)
        results.publish(contest, round_, actor="mot", now=after)
    fresh_snapshot()


def starts(page):
    return [form for form in page.all("form") if form.get("action", "").endswith("/chung-ket/bat-dau")]


def test_before_the_result_is_public_nobody_begins_and_the_page_says_why(scene):
    _, best, _ = scene
    page = best.browser.get(PAGE)
    assert FOR_THE_FIRST in page.text
    assert "Kết quả ấy chưa được công bố" in page.text
    assert starts(page) == []
    best.browser.post(START, status=403)


def test_afterwards_those_who_reach_it_begin_and_others_are_told_kindly(scene):
    contest, best, other = scene
    publish(contest)
    assert starts(best.browser.get(PAGE))
    assert "/bai-thi/" in best.start(contest, "chung-ket")
    page = other.browser.get(PAGE)
    assert FOR_THE_FIRST in page.text
    assert "Lần này đồng chí chưa có tên trong số đó." in page.text
    assert starts(page) == []
    page = other.browser.post(START, status=403)
    assert "Vòng này dành cho những người được chọn từ vòng trước theo thể lệ." in page.text


def test_whoever_has_not_entered_from_this_browser_is_asked_for_the_code(scene, actors):
    contest, _, _ = scene
    publish(contest)
    page = actors.stranger().get(PAGE)
    assert FOR_THE_FIRST in page.text
    assert "Tôi đã có mã dự thi" in page.text
    assert "Điền phiếu dự thi trước" not in page.text
    assert starts(page) == []


def test_a_newcomer_is_not_offered_a_paper_that_is_not_theirs(scene, actors, now):
    contest, _, _ = scene
    publish(contest)
    browser = actors.stranger()
    page = browser.post(f"{PAGE}/dang-ky", {**factories.typed_entry(), **factories.AGREED})
    assert "Đến trang cuộc thi" in page.text
    assert starts(page) == []


def test_the_api_refuses_with_the_same_reason(scene, app):
    contest, best, other = scene
    publish(contest)
    for one, status in ((best, 201), (other, 403)):
        caller = Caller(app)
        caller.browser = one.browser.client
        answer = caller.post("/contests/cuoc-thi-mau/rounds/chung-ket/attempts", status=status).json
        assert answer.get("why") == (None if status == 201 else "not_promoted")
