"""The page of a round's result: its state, the numbers of the published version, and every version."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from quizapp.attempts.models import Attempt, Standing
from quizapp.awards import service as awards
from quizapp.db import db, transaction
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/tuan-1/ket-qua"
BOARD = "/cuoc-thi/cuoc-thi-mau/tuan-1/bang-xep-hang"
CONTEST = "/cuoc-thi/cuoc-thi-mau"
GUESS = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}
LATER = timedelta(hours=2)
HIDDEN = {"live": "hidden_until_close"}


def played(now, **changes):
    """Three people, two of them with everything right."""
    contest = factories.make_contest(
        now, **{"rounds": [factories.round_dict(now, **GUESS)], "publication": HIDDEN, **changes}
    )
    for name, right, guess in (("Đoán Gần", 5, "3"), ("Đoán Xa", 5, "40"), ("Sai Một Câu", 4, "2")):
        factories.sit(contest, factories.enter(contest, now, full_name=name), now, right=right, prediction=guess)
    return contest


def publish_round(contest, moment, key="tuan-1"):
    factories.finalize(contest, moment, key)
    with transaction():
        awards.publish_round(contest, key, actor="test", now=moment)


def supersede(contest, moment, reason="Chấm lại câu 3 theo văn bản gốc"):
    """A new version in which everybody has nothing right."""
    with transaction():
        awards.supersede_round(contest, "tuan-1", actor="test", reason=reason, now=moment)
        db.session.execute(update(Attempt).values(score=0, is_perfect=False))
        db.session.execute(update(Standing).values(score=0, is_perfect=False))


def figures(page):
    """Name -> value of the figures on the page."""
    found = {}
    for box in page.all("dl", class_="figures"):
        for each in box:
            found[text_in(each[0])] = text_in(each[1])
    return found


def test_before_the_close_there_are_no_numbers(actors, app, now, at):
    played(now)
    for moment in (now, now + timedelta(hours=1, seconds=3)):
        with at(moment):
            page = actors.stranger().get(URL)
            assert "Kết quả được giữ kín đến hết Tuần 1, 16:00 ngày 19/05/2025." in page.text
            assert figures(page) == {}
            assert "Đáp số" not in page.text


def test_after_the_close_it_is_provisional_and_says_so(actors, app, now, at):
    played(now)
    with at(now + LATER):
        page = actors.stranger().get(URL)
    assert "Tạm tính, chờ Ban Tổ chức duyệt" in page.text
    assert figures(page) == {}
    assert "Vì sao tôi xếp hạng này" not in page.text


def test_what_is_published_are_the_numbers_of_the_version_and_the_true_value(actors, app, now, at):
    contest = played(now)
    with at(now + LATER):
        publish_round(contest, now + LATER)
        page = actors.stranger().get(URL)
    assert figures(page) == {
        "Người dự thi": "3", "Lượt thi": "3", "Người đúng tất cả": "2", "Lượt đúng tất cả": "2",
    }  # fmt: skip
    assert "Có bao nhiêu người trả lời đúng tất cả các câu hỏi của vòng thi này?" in page.text
    assert [text_in(each) for each in page.all("dd")][-1] == "2"
    assert "Có 3 người được xếp hạng." in page.text
    assert "Phiên bản 1 (hiện hành)" in page.text
    links = [link.get("href") for link in page.all("a")]
    assert BOARD in links
    assert f"{CONTEST}/ket-qua?round=tuan-1" in links


def test_a_later_version_takes_over_when_it_is_published_and_the_old_one_stays_readable(actors, app, now, at):
    contest = played(now)
    moment = now + LATER
    with at(moment):
        publish_round(contest, moment)
        before = actors.stranger().get(BOARD)
        supersede(contest, moment)
        # While it is worked on, and when it is final, the public sees the first one.
        for step in (lambda: None, lambda: factories.finalize(contest, moment)):
            step()
            assert figures(actors.stranger().get(URL))["Người đúng tất cả"] == "2"
            assert actors.stranger().get(BOARD).all("tbody")[0][0][1].text == before.all("tbody")[0][0][1].text
            actors.stranger().get(f"{URL}?version=2", status=404)
        with transaction():
            awards.publish_round(contest, "tuan-1", actor="test", now=moment)
        page = actors.stranger().get(URL)
        assert figures(page)["Người đúng tất cả"] == "0"
        assert "Thay phiên bản trước vì: Chấm lại câu 3 theo văn bản gốc" in page.text
        old = actors.stranger().get(f"{URL}?version=1")
        assert "đã được thay bằng phiên bản 2" in old.text
        assert figures(old)["Người đúng tất cả"] == "2"
        assert "Đã được thay thế" in old.text
        assert "Kết quả cuối cùng" not in old.text
        board = actors.stranger().get(f"{BOARD}?version=1")
        assert "đã được thay bằng phiên bản 2" in board.text
        assert [text_in(row[3]) for row in board.all("tbody")[0]] == ["50", "50", "40"]
        assert [text_in(row[3]) for row in actors.stranger().get(BOARD).all("tbody")[0]] == ["0", "0", "0"]
        (polled,) = [section for section in board.all("section") if section.get("data-module") == "poll"]
        assert polled.get("data-url") == f"{BOARD}/dong?version=1"
        for wrong in ("3", "0", "x", "-1"):
            actors.stranger().get(f"{URL}?version={wrong}", status=404)
            actors.stranger().get(f"{BOARD}?version={wrong}", status=404)


def test_one_week_is_published_while_the_next_is_open(actors, app, now, at):
    """A round is published on its own: on the contest's page, by area, and its receipts are listed."""
    week = timedelta(days=7)
    times = {"opens_at": (now + LATER).isoformat(), "closes_at": (now + week).isoformat()}
    second = factories.round_dict(now, key="tuan-2", label="Tuần 2", **times, **GUESS)
    contest = played(now, rounds=[factories.round_dict(now, **GUESS), second])
    moment = now + timedelta(days=1)
    me = sitter(app, contest, now, full_name="Người Xem")
    receipt = factories.sit(contest, me.person, now, prediction="3").receipt_code
    with at(moment):
        publish_round(contest, moment)
        page = me.browser.get(CONTEST)
        assert "kết quả công bố lúc 15:00 ngày 20/05/2025" in page.text
        assert f"{CONTEST}/tuan-1/thu-hang-cua-toi" in [link.get("href") for link in page.all("a")]
        assert f"{CONTEST}/tuan-2/thu-hang-cua-toi" not in [link.get("href") for link in page.all("a")]
        stranger = actors.stranger()
        assert "4" in figures(stranger.get(URL)).values()
        assert stranger.get(f"{CONTEST}/ket-qua?round=tuan-1").all("table")
        assert not stranger.get(f"{CONTEST}/ket-qua?round=tuan-2").all("table")
        assert not stranger.get(f"{CONTEST}/ket-qua").all("table")
        assert stranger.client.get(f"/api/v1/receipts/{receipt}").json["listed"] is True
        by_area = "/api/v1/contests/cuoc-thi-mau/results/areas"
        assert stranger.client.get(f"{by_area}?round=tuan-1").json["totals"]["people"] == 4
        assert stranger.client.get(by_area).json["code"] == "results_not_published"
        assert stranger.client.get(f"{by_area}?round=tuan-2").json["code"] == "results_not_published"


def test_figures_by_area_say_when_a_new_version_is_worked_on(actors, app, now, at):
    contest = played(now)
    with at(now + LATER):
        publish_round(contest, now + LATER)
        url = f"{CONTEST}/ket-qua?round=tuan-1"
        assert "đang xét lại" not in actors.stranger().get(url).text
        supersede(contest, now + LATER)
        assert "Ban Tổ chức đang xét lại kết quả" in actors.stranger().get(url).text


def test_drafts_and_unknown_rounds_have_no_result(actors, app, now):
    factories.make_contest(now, launched=False)
    actors.stranger().get(URL, status=404)
    factories.make_contest(now, contest="khac")
    actors.stranger().get("/cuoc-thi/khac/tuan-9/ket-qua", status=404)


@pytest.mark.parametrize("live", ["full", "coarse"])
def test_an_open_board_goes_on_as_provisional_after_the_close(actors, app, now, at, live):
    contest = factories.make_contest(now, publication={"live": live})
    factories.sit(contest, factories.enter(contest, now), now)
    assert "Trực tiếp" in actors.stranger().get(BOARD).text
    with at(now + LATER):
        assert "Tạm tính, chờ Ban Tổ chức duyệt" in actors.stranger().get(BOARD).text
        publish_round(contest, now + LATER)
        assert "Kết quả cuối cùng" in actors.stranger().get(BOARD).text
