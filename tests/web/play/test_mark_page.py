"""A round that nobody sits on the site: what its people see before and after their mark is there."""

from datetime import timedelta

import pytest

from quizapp.attempts import queries
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot, transaction
from quizapp.results import marking
from tests import factories
from tests.web.api.callers import Caller
from tests.web.play.sitting import sitter

ESSAY = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}
PAGE = "/cuoc-thi/cuoc-thi-mau"


def make(app, now, live):
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now, label="Bài viết", **ESSAY)], publication={"live": live}
    )
    me = sitter(app, contest, now)
    return contest, me


def mark(contest, me, now, score=87):
    with transaction():
        data = f"participant;score\n{me.person.participant.public_id};{score}".encode()
        marking.upload_marks(contest, "tuan-1", data, name="d.csv", actor="cham", now=now)
    fresh_snapshot()
    return queries.list_attempts(me.person.participant.id)[0].public_id


def test_there_is_nothing_to_begin(app, now):
    _, me = make(app, now, "full")
    page = me.browser.get(PAGE)
    assert "Vòng này không làm bài trên trang này" in page.text
    assert not [form for form in page.all("form") if form.get("action", "").endswith("/bat-dau")]
    page = me.browser.post(f"{PAGE}/tuan-1/bat-dau", status=409)
    assert "Ban Tổ chức chấm và nhập điểm" in page.text


@pytest.mark.parametrize("live", ["full", "hidden_until_close"])
def test_a_mark_is_told_when_scores_are(app, now, at, live):
    contest, me = make(app, now, live)
    attempt = mark(contest, me, now)
    page = me.browser.get(PAGE)
    assert ("87/100 điểm." in page.text) is (live == "full")
    assert "Đã có điểm" in page.text
    page = me.browser.get(f"/bai-thi/{attempt}/da-nop")
    assert ("87/100" in page.text) is (live == "full")
    assert "Biên nhận" not in page.text
    with at(contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)):
        assert "87/100" in me.browser.get(f"/bai-thi/{attempt}/da-nop").text
        assert "87/100 điểm." in me.browser.get(PAGE).text


def test_the_paper_of_a_mark_leads_to_the_mark(app, now):
    contest, me = make(app, now, "full")
    attempt = mark(contest, me, now)
    for address in ("", "/xem-lai"):
        assert "87/100" in me.browser.get(f"/bai-thi/{attempt}{address}", follow=True).text


def test_the_api_tells_a_mark_and_has_no_receipt_for_it(app, now):
    contest, me = make(app, now, "full")
    attempt = mark(contest, me, now)
    caller = Caller(app)
    caller.browser = me.browser.client
    found = caller.get(f"/attempts/{attempt}").json
    assert (found["state"], found["paper"]["questions"], found["finished_by"]) == ("final", [], "staff")
    assert (found["result"]["score"], found["result"]["full_score"]) == (87, 100)
    assert caller.get(f"/attempts/{attempt}/receipt", 404).json["code"] == "receipt_not_found"
    refused = caller.post("/contests/cuoc-thi-mau/rounds/tuan-1/attempts", status=409)
    assert refused.json["code"] == "round_is_marked"


def test_somebody_elses_mark_is_no_mark(app, now, actors):
    contest, me = make(app, now, "full")
    attempt = mark(contest, me, now)
    sitter(app, contest, now).browser.get(f"/bai-thi/{attempt}/da-nop", status=404)
