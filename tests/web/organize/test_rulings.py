"""Questions gone wrong: the pages on which an organizer looks at them, rules on one, and applies or cancels."""

from datetime import timedelta

import pytest

from quizapp.attempts import rulings
from quizapp.awards import regrading, service
from quizapp.contests import queries as contests
from quizapp.db import transaction
from tests.clients import text_in

WEEK = "/to-chuc/cuoc-thi-mau/vong/tuan-1"
QUESTIONS, NEW = f"{WEEK}/cau-hoi", f"{WEEK}/cau-hoi/xu-ly?cau=mau/mau-005"
# In week 1 four people have everything right; An's first paper and two people's only ones have the fifth wrong (B).
ACCEPT = {
    "kind": "accept", "options": "B", "reason": "Sách giáo khoa ghi khác",
    "public_note": "Câu 5: chấp nhận cả phương án B.",
}  # fmt: skip


def staged(people, **changes):
    """The address of a ruling that was worked out."""
    return people("tinh").redirected(NEW, {**ACCEPT, **changes})


def rows(page, table):
    """The texts of the cells of a table."""
    body = page.one("table", id=table)
    return [[text_in(cell) for cell in row] for row in body.iter("{http://www.w3.org/1999/xhtml}tr")][1:]


def regrades():
    return rulings.list_regrades(contests.get_contest("cuoc-thi-mau").round("tuan-1").id)


def test_only_organizers_of_the_contest_see_the_pages(scene, people, only_for_organizers):
    only_for_organizers(QUESTIONS)
    only_for_organizers(NEW)
    only_for_organizers(staged(people))


def test_every_question_is_shown_in_figures(scene, people):
    page = people("tinh").get(QUESTIONS)
    found = rows(page, "questions")
    assert len(found) == 5
    assert found[0][:6] == ["1. Câu hỏi mẫu số 1 của bộ mau là gì?", "A", "7", "7", "1,00", "–"]
    assert found[4][1:6] == ["A", "7", "7", "0,57", "88,0"]
    assert found[4][6] == "A 4 (57,1 %) đáp án B 3 (42,9 %) C 0 (0,0 %) D 0 (0,0 %)"
    assert found[4][7:] == ["Phân biệt tốt Xử lý câu 5"]
    assert "Chưa có quyết định nào" in page.text


def test_an_open_round_has_no_figures_yet(scene, people):
    page = people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-2/cau-hoi", status=409)
    assert "Tuần 2 chưa đóng hẳn" in page.text


def test_a_question_that_the_strong_answer_otherwise_is_pointed_out(scene, people):
    """The fifth question gets a wrong key: then the strong stand against it."""
    address = staged(people, kind="rekey")
    people("tinh").post(f"{address}/ap-dung", {"confirm": "y"})
    page = people("tinh").get(QUESTIONS)
    assert "Nên xem lại: Câu 5: Câu hỏi mẫu số 5" in page.text
    assert "Những người làm tốt các câu khác chọn A; đáp án đang là B." in page.text


def test_the_dry_run_shows_what_would_change(scene, people):
    page = people("tinh").get(staged(people))
    assert text_in(page.one("h1")) == "Chấp nhận thêm một đáp án: B"
    assert "Mới tính thử" in page.text
    assert "Bài tăng điểm 3 trong 7 bài có câu này" in page.text
    # An's other paper, Binh (3 of 5) and Giang (1 of 5) gain points; nobody becomes all-correct.
    assert "Bài thành đúng tất cả 0" in page.text
    assert rows(page, "actuals") == [["Tuần 1", "4", "4"]]
    assert "Không giải nào đổi chủ." in page.text
    assert [row[0] for row in rows(page, "areas")] == ["Huyện Đak Mẫu", "Không thuộc đơn vị nào ở cấp này"]


def test_prizes_that_change_hands_are_named(scene, people):
    """With another key for the fourth question nobody is all-correct any more, and the guess is about nobody."""
    address = people("tinh").redirected(
        NEW.replace("005", "004"), {"kind": "rekey", "options": "B", "reason": "Sai", "public_note": "Sai"}
    )
    page = people("tinh").get(address)
    assert rows(page, "actuals") == [["Tuần 1", "4", "0"]]
    names = {row[0] for row in rows(page, "prizes")}
    assert len(names) >= 1
    assert "Không giải nào đổi chủ." not in page.text


def test_it_is_applied_once_it_is_confirmed(scene, people, now):
    address = staged(people)
    page = people("tinh").post(f"{address}/ap-dung", status=422)
    assert "Hãy đánh dấu xác nhận trước khi áp dụng." in page.text
    assert regrades()[0].state == "staged"
    page = people("tinh").post(f"{address}/ap-dung", {"confirm": "y"})
    assert "Đã áp dụng quyết định." in page.text
    assert (regrades()[0].state, regrades()[0].decided_by) == ("applied", "tinh")
    page = people("tinh").get(QUESTIONS)
    assert rows(page, "questions")[4][1] == "A / B"
    assert rows(page, "history")[0][1:] == [
        "mau/mau-005", "Chấp nhận thêm một đáp án: B", "Đã áp dụng", "tinh", ACCEPT["reason"],
    ]  # fmt: skip
    people("tinh").post(f"{address}/ap-dung", {"confirm": "y"}, status=409)


def test_it_is_put_aside(scene, people):
    address = staged(people)
    page = people("tinh").post(f"{address}/huy")
    assert "Đã hủy bản tính thử; không có gì thay đổi." in page.text
    assert rows(page, "history")[0][3] == "Đã hủy"
    assert rows(page, "questions")[4][1] == "A"


def test_one_that_was_broken_off_says_so_and_can_be_gone_on_with(scene, people, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(regrading, "preview", lambda *_args, **_options: 1 / 0)
        people("tinh").client.post(NEW, data={**ACCEPT, "csrf_token": people("tinh").token()})
    address = f"{WEEK}/quyet-dinh/{regrades()[0].id}"
    page = people("tinh").get(address)
    assert "Chưa tính xong" in page.text
    assert "Áp dụng" not in page.text

    page = people("tinh").get(people("tinh").redirected(f"{address}/tinh-tiep", {}))
    assert "Mới tính thử" in page.text


def test_while_one_waits_there_is_no_other(scene, people):
    address = staged(people)
    for path in (QUESTIONS, NEW):
        page = people("tinh").get(path)
        assert "Có một quyết định đang chờ" in page.text
        assert address in {a.get("href") for a in page.all("a")}
    page = people("tinh").post(NEW, ACCEPT, status=422)
    assert "đang chờ áp dụng hoặc hủy bỏ" in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Hãy chọn một cách xử lý."),
        ({"options": []}, "Hãy chọn đáp án đúng cho câu hỏi này."),
        ({"options": ["A", "B"]}, "Câu hỏi này chỉ cho chọn một phương án"),
        ({"options": "A"}, "Câu hỏi đang được chấm đúng như vậy"),
        ({"reason": " "}, "Hãy ghi lý do."),
        ({"public_note": ""}, "Hãy ghi nội dung sẽ thông báo công khai."),
        ({"public_note": "x" * 1001}, "Nội dung thông báo dài quá 1.000 ký tự."),
    ],
)
def test_what_is_missing_is_told_at_its_field(scene, people, changes, sentence):
    page = people("tinh").post(NEW, {**ACCEPT, **changes}, status=422)
    assert sentence in page.text
    assert regrades() == []


def test_an_option_that_is_ticked_needlessly_does_no_harm(scene, people):
    people("tinh").get(staged(people, kind="void_all"))
    assert (regrades()[0].kind, regrades()[0].answers) == ("void_all", ())


def test_unknown_questions_and_rulings_do_not_exist(scene, people):
    people("tinh").get(NEW.replace("005", "009"), status=404)
    people("tinh").get(f"{WEEK}/quyet-dinh/1", status=404)
    other = staged(people).replace("tuan-1", "tuan-2")
    people("tinh").get(other, status=409)


def test_after_the_review_nothing_is_ruled_on(scene, people, now):
    # A look at the results settles what time has decided.
    people("tinh").get(QUESTIONS)
    with transaction():
        service.finalize_round(scene.contest, "tuan-1", actor="tinh", now=now + timedelta(seconds=1))
    page = people("tinh").get(QUESTIONS)
    assert "đang ở bước rà soát" in page.text
    assert "Xử lý" not in text_in(page.one("table", id="questions"))
    page = people("tinh").post(NEW, ACCEPT, status=422)
    assert "không ở bước rà soát" in page.text
