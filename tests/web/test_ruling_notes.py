"""What participants and the public are told of a ruling on a question."""

from datetime import timedelta

import pytest

from quizapp.awards import regrading
from quizapp.db import transaction
from quizapp.web.ruling_notes import ruling_notes
from tests import factories
from tests.clients import Actors, text_in
from tests.web.play.sitting import sitter

QUESTION = "mau/mau-005"
NOTE = "Câu 5: hai phương án đều đúng theo tài liệu mới."
LATER = timedelta(hours=2)


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


def rule(contest, now, kind, *answers):
    """A ruling on the fifth question, applied after the close."""
    regrade = regrading.stage_ruling(
        contest, contest.rounds[0], QUESTION, kind, answers, reason="Bí mật nội bộ", public_note=NOTE,
        actor="to-vien-7", now=now,
    )  # fmt: skip
    with transaction():
        regrading.apply_ruling(contest, contest.rounds[0], regrade.id, actor="to-vien-7", now=now)


def test_participants_see_their_points_after_the_ruling(app, now, at, contest):
    one = sitter(app, contest, now)
    attempt = factories.sit(contest, one.person, now, right=4)
    address = f"/bai-thi/{attempt.public_id}/da-nop"
    assert "Điểm 40/50" in one.browser.get(address).text
    with at(now + LATER):
        rule(contest, now + LATER, "accept", ("B",))
        page = one.browser.get(address)
        assert "Điểm 50/50 Số câu đúng 5/5 Đúng tất cả các câu" in page.text
        assert NOTE in page.text
        result = one.browser.client.get(f"/api/v1/attempts/{attempt.public_id}").json["result"]
    assert "E. " not in page.text
    last = page.one("section", aria_labelledby="a-5")
    assert "B. Sai 5 Đã chọn, đúng" in text_in(last)
    assert "Phương án đúng" in text_in(last)
    assert (result["score"], result["full_score"], result["is_perfect"]) == (50, 50, True)
    assert result["questions"][4] | {"explanation": ""} == {
        "question": QUESTION, "points": 10, "right": ["A", "B"], "void": None, "explanation": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "figures", "void", "words"),
    [
        ("void_all", "Điểm 50/50 Số câu đúng 5/5", "all", "Mọi bài có câu này đều được đủ điểm."),
        ("void_answered", "Điểm 50/50 Số câu đúng 5/5", "answered", "Bài nào trả lời câu này đều được đủ điểm."),
        ("drop", "Điểm 40/40 Số câu đúng 4/4", "drop", "Câu này đã được loại, không tính điểm."),
    ],
)
def test_a_void_question_is_neither_right_nor_wrong(app, now, at, contest, kind, figures, void, words):
    one = sitter(app, contest, now)
    attempt = factories.sit(contest, one.person, now, right=4)
    with at(now + LATER):
        rule(contest, now + LATER, kind)
        page = one.browser.get(f"/bai-thi/{attempt.public_id}/da-nop")
        result = one.browser.client.get(f"/api/v1/attempts/{attempt.public_id}").json["result"]
    assert figures in page.text
    last = text_in(page.one("section", aria_labelledby="a-5"))
    assert words in last
    assert "B. Sai 5 Đã chọn" in last
    assert "đúng" not in last.replace("Đúng 5", "").lower()
    assert (result["questions"][4]["void"], result["is_perfect"]) == (void, True)


def test_a_paper_without_the_question_says_nothing_of_it(app, now, at):
    draw = {"mode": "random", "draw": [{"bank": "mau", "count": 1}], "points": 10}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=draw)])
    found = {}
    for _ in range(12):
        one = sitter(app, contest, now)
        attempt = factories.sit(contest, one.person, now)
        found[attempt.paper[0][0] == QUESTION] = (one, attempt)
    one, attempt = found[False]
    with at(now + LATER):
        rule(contest, now + LATER, "void_all")
        assert NOTE not in one.browser.get(f"/bai-thi/{attempt.public_id}/da-nop").text


def test_the_public_reads_who_decided_what_and_when(app, now, at, contest):
    address = "/cuoc-thi/cuoc-thi-mau/tuan-1/ket-qua"
    with at(now + LATER):
        stranger = Actors(app).stranger()
        assert "Quyết định về câu hỏi" not in stranger.get(address).text
        rule(contest, now + LATER, "accept", ("B",))
        page = stranger.get(address)
    told = text_in(page.one("section", aria_labelledby="rulings"))
    assert told == (
        "Quyết định về câu hỏi Chấp nhận thêm một đáp án: Sai 5 Câu hỏi: Câu hỏi mẫu số 5 của bộ mau là gì? "
        f"{NOTE} Ban Tổ chức mẫu quyết định lúc 17:00 ngày 19/05/2025."
    )
    assert "to-vien-7" not in page.html
    assert "Bí mật nội bộ" not in page.html


def test_where_the_key_stays_secret_only_the_note_is_told(app, now, at):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, key_public="never")])
    with at(now + LATER):
        rule(contest, now + LATER, "accept", ("B",))
        (note,) = ruling_notes(contest, contest.rounds[0])
    assert (note.question, note.answers, note.note) == (None, (), NOTE)
