"""Everything about one contest on one page."""

from datetime import timedelta

from quizapp.attempts import standings
from quizapp.contests import queries, service
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in

PATH = "/to-chuc/cuoc-thi-mau"
XHTML = "{http://www.w3.org/1999/xhtml}"


def rows(page, table):
    return [[text_in(cell) for cell in row] for row in page.one("table", id=table).iter(f"{XHTML}tr")][1:]


def test_rounds_with_times_and_numbers(people):
    page = people("tinh").get(PATH)
    week_1, week_2 = rows(page, "rounds")
    assert week_1[:2] == ["Tuần 1", "Đã đóng"]
    assert week_1[4:7] == ["6", "7", "4"]
    assert week_2[1:2] + week_2[4:7] == ["Đang mở", "2", "2", "1"]
    assert [link.get("href") for link in page.all("a") if "Đóng sớm" in text_in(link)] == [f"{PATH}/vong/tuan-2/dong"]


def test_commitment_and_boards_of_a_running_contest(people, scene):
    page = people("tinh").get(PATH)
    assert scene.contest.commitment in page.text
    assert "Đang được dựng lại" in page.text


def test_complete_boards_are_said_to_be_complete(redis_app, people, scene):
    assert "Đang được dựng lại" in people("tinh").get(PATH).text
    standings.rebuild_boards(scene.contest)
    assert "Đầy đủ" in people("tinh").get(PATH).text


def test_the_history_names_acts_in_words(people, scene):
    with transaction():
        service.record_export(scene.contest, actor="dak-mau", table="participants", area="Xã Hà Tam", now=scene.now)
    acts = rows(people("tinh").get(PATH), "acts")
    assert acts[0][1:] == ["Tải số liệu về", "dak-mau", "", "participants: Xã Hà Tam"]
    assert acts[-1][1:3] == ["Khởi động cuộc thi", "test"]


def test_a_draft_shows_its_checklist_and_the_launch_form(people, draft):
    page = people("tinh").get("/to-chuc/nhap")
    assert "Đạt: Thể lệ, danh mục đơn vị và các bộ câu hỏi khớp với nhau" in page.text
    assert page.one("form", action="/to-chuc/nhap/khoi-dong") is not None
    assert rows(page, "rounds")[0][4:7] == ["", "", ""]


def test_what_stands_in_the_way_takes_the_launch_form_away(people, now):
    past = factories.round_dict(
        now,
        opens_at=(now - timedelta(days=9)).isoformat(),
        closes_at=(now - timedelta(days=8)).isoformat(),
    )
    factories.make_contest(now, launched=False, contest="qua-han", rounds=[past])
    page = people("tinh").get("/to-chuc/qua-han")
    assert "Phải sửa: Mọi vòng thi đều đã qua thời gian." in page.text
    assert page.all("form", action="/to-chuc/qua-han/khoi-dong") == []


def test_a_bank_that_changed_under_a_draft_blocks_it(people, draft, now):
    factories.make_bank(now, questions=3)
    page = people("tinh").get("/to-chuc/nhap")
    assert "Phải sửa: Tệp cuộc thi có 2 lỗi" in page.text


def test_a_bank_that_the_contests_organizers_do_not_read_blocks_it(people, now):
    factories.make_bank(now, "cua-dak", owner="10")
    rounds = [factories.round_dict(now, paper={"mode": "fixed", "questions": ["cua-dak-001"]})]
    factories.make_contest(now, launched=False, contest="cua-ia", owner="11")
    factories.make_contest(now, launched=False, contest="cua-ia", rounds=rounds)
    assert "Phải sửa: Tệp cuộc thi có 1 lỗi" in people("tinh").get("/to-chuc/cua-ia").text


def test_the_file_as_it_was_imported(people, draft):
    answer = people("tinh").client.get("/to-chuc/nhap/tep.yaml")
    assert answer.get_data(as_text=True) == queries.source_of("nhap")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="nhap.yaml"')
    assert people("dak-mau").client.get("/to-chuc/nhap/tep.yaml").status_code == 404


def test_nobody_else_opens_the_page(only_for_organizers, draft):
    for path in (PATH, "/to-chuc/nhap"):
        only_for_organizers(path)
