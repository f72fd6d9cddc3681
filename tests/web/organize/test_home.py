"""The list of contests of an organizer."""

from tests import factories
from tests.clients import text_in

PATH = "/to-chuc/"


def contests(page):
    """title -> text of its card."""
    return {text_in(card[1]): text_in(card) for card in page.all("article", class_="card")}


def test_own_contests_with_the_three_numbers_kept_apart(people, draft):
    found = contests(people("tinh").get(PATH))
    assert list(found) == ["Bản nháp của tỉnh", "Cuộc thi mẫu"]
    assert "Bản nháp" in found["Bản nháp của tỉnh"]
    running = found["Cuộc thi mẫu"]
    for part in ("Đang mở", "Tuần 2", "Đã đăng ký 7", "Người dự thi 6", "Lượt thi 9", "Người đúng tất cả 4"):
        assert part in running, part


def test_organizers_of_a_district_see_only_what_they_run(people, now):
    factories.make_contest(now, contest="cua-ia", title="Cuộc thi của huyện", owner="11", launched=False)
    assert list(contests(people("to-chuc-ia").get(PATH))) == ["Cuộc thi của huyện"]
    assert len(contests(people("tinh").get(PATH))) == 2
    assert len(contests(people("quan-tri").get(PATH))) == 2


def test_nobody_else_opens_the_list(only_for_organizers):
    only_for_organizers(PATH, also_hidden_from=())
