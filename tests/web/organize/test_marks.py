"""The page of the marks of a round without papers: the list to be filled in, and its way back."""

import io
from datetime import timedelta

import pytest

from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot, transaction
from quizapp.results import service as results
from tests import factories

PATH = "/to-chuc/bai-viet/vong/tuan-1/diem"
ESSAY = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}


@pytest.fixture
def contest(scene, now):
    round_ = factories.round_dict(now, label="Bài viết", **ESSAY)
    return factories.make_contest(now, contest="bai-viet", title="Thi viết", rounds=[round_])


@pytest.fixture
def writers(contest, now):
    return [factories.enter(contest, now, full_name=name) for name in ("=Đinh Thị An", "Siu Bình")]


def upload(text):
    return {"upload": (io.BytesIO(text.encode() if isinstance(text, str) else text), "diem.csv")}


def test_the_list_that_is_taken_comes_back_with_marks(people, contest, writers):
    client = people("tinh")
    answer = client.client.get(PATH + ".csv")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "Mã người dự thi,Họ và tên,Điểm"
    assert [line.split(",")[1] for line in lines[1:]] == ["'=Đinh Thị An", "Siu Bình"]
    filled = [lines[0], lines[1].rsplit(",", 1)[0] + ",87", lines[2]]
    page = client.post(PATH, upload("\n".join(filled)))
    assert "Đã ghi 1 điểm." in page.text
    (mark,) = attempts.list_attempts(writers[0].participant.id)
    assert mark.score == 87
    assert ",87" in client.client.get(PATH + ".csv").get_data(as_text=True)
    acts = [(act.act, act.actor) for act in contests.list_acts(contest.id)]
    assert acts[:3] == [("export", "tinh"), ("upload_marks", "tinh"), ("export", "tinh")]
    assert "Nhập điểm chấm" in client.get("/to-chuc/bai-viet").text
    assert PATH in client.get("/to-chuc/bai-viet").html


def test_a_faulty_file_changes_nothing_and_tells_every_mistake(people, contest, writers):
    code = writers[0].participant.public_id
    page = people("tinh").post(PATH, upload(f"participant;score\n{code};101\nkhong-co;5\n"), status=422)
    assert "“101” không phải là điểm: điểm là số nguyên từ 0 đến 100." in page.text
    assert "Không có người dự thi nào của vòng này mang mã “khong-co”." in page.text
    assert attempts.list_attempts(writers[0].participant.id) == []


def test_after_the_result_is_final_there_is_no_form(people, contest, writers, now, at):
    round_ = contest.rounds[0]
    after = round_.closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        results.finalize(contest, round_, actor="mot", now=after)
    fresh_snapshot()
    with at(after):
        page = people("tinh").get(PATH)
        assert "Không nhập điểm lúc này" in page.text
        assert not page.all("input", type="file")
        code = writers[0].participant.public_id
        page = people("tinh").post(PATH, upload(f"participant;score\n{code};5"), status=409)
    assert "đang được chốt hoặc đã chốt" in page.text


def test_a_round_with_papers_has_no_marks(people, scene):
    people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-1/diem", status=404)
    people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-1/diem.csv", status=404)


@pytest.mark.parametrize("path", [PATH, PATH + ".csv"])
def test_they_are_for_the_organizers_of_the_contest(contest, only_for_organizers, path):
    only_for_organizers(path)
