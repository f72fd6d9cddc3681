"""The organizers' page of prizes: the sheet, the decisions, the minutes."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.awards import decisions, queries
from quizapp.contests import queries as contests
from tests import factories
from tests.clients import text_in

PATH = "/to-chuc/cuoc-thi-mau/giai-thuong"
PRIZES = [
    {"name": "Nhất", "count": 1, "amount": 1_500_000},
    {"name": "Nhì", "count": 2, "amount": 1_000_000},
    {"name": "Lan tỏa", "count": 1, "by": "hand", "amount": 300_000},
]
WHY = {"reason": "Theo biên bản họp số 2"}


@pytest.fixture
def later(now, at):
    """The clock stands two hours later, when the round is over."""
    with at(now + timedelta(hours=2)):
        yield now + timedelta(hours=2)


def made(now, rights=(5, 4, 3, 2), **changes):
    """A contest of one round with people of these right answers; the organizer is `tinh`."""
    round_ = factories.round_dict(now, **{"prizes": PRIZES, **changes.pop("round_", {})})
    contest = factories.make_contest(now, rounds=[round_], **changes)
    names = ["Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh", "Rơ Châm H’Thử", "Siu Văn Mẫu", "Đinh Thị Nghiệm"]
    for right, name in zip(rights, names, strict=False):
        person = factories.enter(contest, now, full_name=name, unit="Chi bộ Trường Trung học cơ sở xã Hà Tam")
        factories.sit(contest, person, now, right=right)
    factories.make_staff("tinh", Role.ORGANIZER, "1", now)
    return contest


def rows(page, id_="ranking-1"):
    """The text of each row of a table."""
    body = next(each for each in page.one("table", id=id_) if each.tag.endswith("tbody"))
    return [text_in(row) for row in body]


def person(contest, name):
    (found,) = [
        line for line in queries.list_awards(queries.latest(contest.id)) if (line.full_name or "").startswith(name)
    ]
    return found.participant


def test_nothing_is_there_before_a_round_is_finalized(actors, now):
    made(now)
    page = actors.staff("tinh").get(PATH)
    assert "Chưa có danh sách giải." in page.text
    actors.staff("tinh").get(f"{PATH}/bien-ban", status=404)


def test_the_sheet_says_who_has_which_prize_and_what_decided_it(actors, now, later):
    contest = made(now)
    factories.finalize(contest, later)
    page = actors.staff("tinh").get(PATH)
    first, second, third, hand = rows(page)
    assert "Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh" in first
    assert "Chi bộ Trường Trung học cơ sở xã Hà Tam, Xã Hà Tam, Huyện Đak Mẫu" in first
    assert "Điểm: 50. Xếp kế tiếp là Rơ Châm H’Thử (hạng 2): 40." in first
    assert "Không trao giải" in second
    assert "Chưa trao" in hand
    assert "chưa công bố, đang là danh sách tạm" in page.text
    assert page.all("form", action=f"{PATH}/cong-bo") == []


def test_a_refused_winner_is_named_with_the_reason_and_the_next_follows(actors, now, later):
    contest = made(now)
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    path = f"{PATH}/khong-trao/{person(contest, 'Nguyễn')}"
    form = organizer.get(f"{path}?round=tuan-1")
    assert "Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh" in form.text
    assert form.one("input", value="tuan-1").get("checked") is not None
    assert "Hãy ghi lý do." in organizer.post(path, {"scope": "tuan-1"}, status=422).text
    organizer.post(path, {"scope": "tuan-9", **WHY}, status=422)
    page = organizer.post(path, {"scope": "tuan-1", **WHY})
    assert "Rơ Châm H’Thử" in rows(page)[0]
    assert "Quỳnh Trâm Anh (hạng 1): không trao giải (Theo biên bản họp số 2)" in rows(page)[0]
    assert "Tuần 1" in rows(page, "refusals")[0]
    old = organizer.get(f"{PATH}?version=1")
    assert "Đây là phiên bản cũ." in old.text
    assert "Quỳnh Trâm Anh" in rows(old)[0]
    lifted = organizer.post(f"{PATH}/trao-lai/{decisions.list_refusals(contest.id)[0].id}", WHY)
    assert "Quỳnh Trâm Anh" in rows(lifted)[0]
    organizer.get(f"{PATH}/trao-lai/1", status=404)
    organizer.get(f"{PATH}?version=9", status=404)
    organizer.get(f"{PATH}/khong-trao/khong-co", status=404)


def test_prizes_follow_when_an_entry_is_refused_and_taken_back(actors, now, later):
    contest = made(now)
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    path = f"/to-chuc/cuoc-thi-mau/nguoi-du-thi/{person(contest, 'Nguyễn')}"
    organizer.post(f"{path}/khong-cong-nhan", {"reason": "Khai tên người khác"})
    first = rows(organizer.get(PATH))[0]
    assert "Rơ Châm H’Thử" in first
    assert "phiếu dự thi không được công nhận (Khai tên người khác)" in first
    organizer.post(f"{path}/cong-nhan-lai", {"reason": "Đã xác minh"})
    assert "Quỳnh Trâm Anh" in rows(organizer.get(PATH))[0]
    assert [sheet.cause for sheet in queries.list_versions(contest.id)][:2] == ["lift_refusal", "refuse_entry"]


def test_a_lot_is_drawn_where_one_is_needed(actors, now, later):
    contest = made(now, rights=(5, 5, 5), round_={"ranking": {"gate": "none", "keys": ["score"]}})
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    page = organizer.get(PATH)
    assert "3 người bằng nhau ở mọi tiêu chí" in rows(page)[0]
    assert "Chờ bốc thăm" in rows(page)[0]
    path = f"{PATH}/boc-tham/round:tuan-1:/1"
    assert "Tuần 1" in organizer.get(path).text
    drawn = organizer.post(path, WHY)
    assert "Bốc thăm giữa 3 người bằng nhau ở mọi tiêu chí." in rows(drawn)[0]
    assert "không trúng khi bốc thăm" in rows(drawn)[0]
    assert decisions.list_lots(contest.id)[0].seed in drawn.text
    organizer.get(path, status=409)
    organizer.get(f"{PATH}/boc-tham/round:tuan-9:/1", status=404)


def test_a_prize_by_hand_goes_to_whoever_is_looked_for_and_chosen(actors, now, later):
    contest = made(now)
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    path = f"{PATH}/trao/round:tuan-1:/4"
    assert "Hãy tìm người nhận giải trước." in organizer.get(path).text
    assert "Không tìm thấy." in organizer.post(path, {"q": "khong-co-ai"}).text
    found = organizer.redirected(path, {"q": "dinh thi"})
    form = organizer.get(found)
    assert "Đinh Thị Nghiệm" in form.text
    (choice,) = form.all("input", type="radio")
    assert organizer.post(found, WHY, status=422).text.count("Hãy chọn người") == 2
    page = organizer.post(found, {"winner": choice.get("value"), **WHY})
    assert "Đinh Thị Nghiệm" in rows(page)[3]
    assert "Ban Tổ chức xét: Theo biên bản họp số 2" in rows(page)[3]
    organizer.get(f"{PATH}/trao/round:tuan-1:/1", status=404)
    organizer.get(f"{PATH}/trao/round:tuan-1:/5", status=404)
    given = decisions.list_given(contest.id)[0].id
    assert "Lan tỏa" in organizer.get(f"{PATH}/rut/{given}").text
    assert "Chưa trao" in rows(organizer.post(f"{PATH}/rut/{given}", WHY))[3]
    organizer.get(f"{PATH}/rut/{given}", status=404)


def test_areas_get_collective_prizes_by_hand(actors, now, later):
    collectives = [{"level": "district", "metric": "manual", "prizes": [{"name": "Bằng khen", "count": 1}]}]
    contest = made(now, collectives=collectives)
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    assert "Huyện Đak Mẫu" in organizer.get(f"{PATH}/trao/collective:0/1").text
    found = organizer.redirected(f"{PATH}/trao/collective:0/1", {"q": "ia"})
    page = organizer.post(found, {"winner": "11", **WHY})
    assert "Huyện Ia Thử" in rows(page, "ranking-2")[0]


def test_decisions_after_the_publication_are_public_once_they_are_published(actors, now, later):
    contest = made(now)
    factories.finalize_and_publish(contest, later)
    organizer, stranger = actors.staff("tinh"), actors.stranger()
    before = stranger.get("/cuoc-thi/cuoc-thi-mau/giai-thuong").text
    page = organizer.post(f"{PATH}/khong-trao/{person(contest, 'Nguyễn')}", {"scope": "*", **WHY})
    assert stranger.get("/cuoc-thi/cuoc-thi-mau/giai-thuong").text == before
    page.one("form", action=f"{PATH}/cong-bo")
    assert "Danh sách giải đã được công bố." in organizer.post(f"{PATH}/cong-bo").text
    assert "Nguyễn Hoàng" not in stranger.get("/cuoc-thi/cuoc-thi-mau/giai-thuong").text
    organizer.post(f"{PATH}/cong-bo", status=409)


def test_the_minutes_have_the_letterhead_every_place_the_lots_and_the_signatures(actors, now, later):
    contest = made(now, rights=(5, 5, 5), round_={"ranking": {"gate": "none", "keys": ["score"]}})
    factories.finalize(contest, later)
    organizer = actors.staff("tinh")
    organizer.post(f"{PATH}/boc-tham/round:tuan-1:/1", WHY)
    page = organizer.get(f"{PATH}/bien-ban")
    assert "Đảng Cộng sản Việt Nam" in page.text
    assert "Biên bản xét giải" in page.text
    assert "1.500.000 đồng" in rows(page)[0]
    assert decisions.list_lots(contest.id)[0].seed in page.text
    assert "Thư ký" in page.text
    assert "Trưởng Ban Tổ chức" in page.text
    assert "Danh sách này chưa công bố." in page.text


def test_prizes_are_for_the_contests_own_organizers(actors, now, later):
    contest = made(now)
    factories.finalize(contest, later)
    code = person(contest, "Nguyễn")
    factories.make_staff("noi-khac", Role.ORGANIZER, "11", now)
    factories.make_staff("can-bo", Role.DISTRICT, "1", now)
    for login in ("noi-khac", "can-bo"):
        other = actors.staff(login)
        for path in (PATH, f"{PATH}/bien-ban", f"{PATH}/khong-trao/{code}"):
            other.get(path, status=404)
        other.post(f"{PATH}/khong-trao/{code}", {"scope": "*", **WHY}, status=404)
        other.post(f"{PATH}/cong-bo", status=404)
    assert decisions.list_refusals(contest.id) == []
    assert [act.act for act in contests.list_acts(contest.id)][0] == "finalize_round"
