"""Amending the rules of a running contest: checked, shown in words, refused or put in force with a reason."""

from datetime import timedelta

import pytest

from quizapp.contests import queries, service
from quizapp.db import transaction
from tests import factories
from tests.web import staff_scene

AMEND = "/to-chuc/cuoc-thi-mau/sua-doi"
REASON = "Theo Công văn số 12-CV/BTC của Ban Tổ chức"


def coming(now, **changes):
    """A third week that opens tomorrow."""
    return factories.round_dict(
        now,
        key="tuan-3",
        label="Tuần 3",
        opens_at=(now + timedelta(days=1)).isoformat(),
        closes_at=(now + timedelta(days=2)).isoformat(),
        **{**staff_scene.PREDICTION, **changes},
    )


def text(now, *more, **changes):
    rounds = [*staff_scene.rounds(now), *more]
    publication = {"live": "hidden_until_close", "mask_phone": True}
    return factories.contest_yaml(now, **{"rounds": rounds, "publication": publication, **changes}).decode()


def test_the_page_says_what_may_change(people, scene):
    page = people("tinh").get(AMEND)
    assert "".join(page.one("textarea", id="text").itertext()).lstrip("\n") == queries.source_of("cuoc-thi-mau")
    assert "Giữ nguyên: Tuần 1, Tuần 2." in page.text
    assert "Thể lệ khi khởi động" in page.text


def test_checking_shows_the_new_rules_and_changes_nothing(people, scene, now):
    page = people("tinh").post(AMEND, {"text": text(now, coming(now)), "act": "check", "reason": ""})
    assert "Sửa đổi được" in page.text
    assert "Tuần 3: mở lúc" in page.text
    assert [each.key for each in queries.get_contest("cuoc-thi-mau").rounds] == ["tuan-1", "tuan-2"]


def test_an_amendment_is_put_in_force_with_its_reason(people, scene, now):
    page = people("tinh").post(AMEND, {"text": text(now, coming(now)), "act": "save", "reason": REASON})
    assert "Thể lệ phiên bản 2 có hiệu lực từ bây giờ." in page.text
    assert "Sửa đổi thể lệ" in page.text
    contest = queries.get_contest("cuoc-thi-mau")
    assert [(each.key, each.rules_version) for each in contest.rounds] == [("tuan-1", 1), ("tuan-2", 1), ("tuan-3", 2)]
    assert REASON in people("tinh").get(AMEND).text
    assert queries.list_acts(contest.id)[0].actor == "tinh"


def test_a_file_that_changes_nothing_is_told_so(people, scene, now):
    page = people("tinh").post(AMEND, {"text": text(now), "act": "save", "reason": REASON})
    assert "nên thể lệ giữ nguyên phiên bản 1" in page.text


def test_an_amendment_without_a_reason_is_not_put_in_force(people, scene, now):
    page = people("tinh").post(AMEND, {"text": text(now, coming(now)), "act": "save", "reason": "  "}, status=422)
    assert "Hãy ghi lý do." in page.text
    assert len(queries.list_versions(scene.contest.id)) == 1


def test_what_must_stay_is_named(people, scene, now):
    changed = text(now, prize_cap="one_per_round").replace("label: Tuần 1", "label: Tuần đầu")
    page = people("tinh").post(AMEND, {"text": changed, "act": "save", "reason": REASON}, status=422)
    assert "Có 2 chỗ không được sửa đổi. Chưa có gì thay đổi." in page.text
    assert "rounds.tuan-1.label: Tuần 1 đã mở" in page.text
    assert "prize_cap: không đổi được nữa" in page.text
    assert "".join(page.one("textarea", id="text").itertext()).lstrip("\n") == changed
    assert len(queries.list_versions(scene.contest.id)) == 1


def test_mistakes_are_shown_at_their_place(people, scene, now):
    third = coming(now, paper={"mode": "fixed", "questions": ["mau-999"]})
    page = people("tinh").post(AMEND, {"text": text(now, third), "act": "check"}, status=422)
    assert "Tệp có 1 chỗ cần sửa." in page.text
    assert "Không tìm thấy câu hỏi “mau-999”." in page.text


def test_drafts_and_published_contests_are_not_amended(people, draft, scene, now, at):
    people("tinh").get("/to-chuc/nhap/sua-doi", status=409)
    with at(now + timedelta(days=3)):
        with transaction():
            service.publish(scene.contest, actor="t", now=now + timedelta(days=3))
        people("tinh").get(AMEND, status=409)
        assert "Sửa đổi thể lệ" not in people("tinh").get("/to-chuc/cuoc-thi-mau").text


@pytest.mark.parametrize("login", ["dak-mau", "to-chuc-ia"])
def test_nobody_else_amends(people, scene, now, login, only_for_organizers):
    only_for_organizers(AMEND)
    data = {"text": text(now, coming(now)), "act": "save", "reason": REASON}
    people(login).post(AMEND, data, status=404)
    assert len(queries.list_versions(scene.contest.id)) == 1


def test_the_contest_page_tells_the_version_since_when_and_why(people, scene, now):
    client = people(None)
    assert "phiên bản" not in client.get("/cuoc-thi/cuoc-thi-mau").text.casefold()
    people("tinh").post(AMEND, {"text": text(now, coming(now)), "act": "save", "reason": REASON})
    page = client.get("/cuoc-thi/cuoc-thi-mau")
    assert "Thể lệ phiên bản 2, có hiệu lực từ 15:00 ngày 19/05/2025." in page.text
    assert REASON in page.text
