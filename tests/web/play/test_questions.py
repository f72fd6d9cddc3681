"""The public questions of a fixed paper: shown from when the rules say, and nothing of the key in any byte."""

import re
from datetime import timedelta

import pytest
import yaml

from quizapp.banks import service as banks
from quizapp.contests import service as contests
from quizapp.db import transaction
from tests import factories

PATH = "/cuoc-thi/cuoc-thi-mau/tuan-1/cau-hoi"
LINK = "Câu hỏi của vòng thi"


def make(now, public, *, opens=timedelta(hours=1), **changes):
    times = {
        "opens_at": (now + opens).isoformat(), "closes_at": (now + opens + timedelta(hours=2)).isoformat(),
    }  # fmt: skip
    round_ = factories.round_dict(now, questions_public=public, **times, **changes)
    return factories.make_contest(now, rounds=[round_])


def test_from_the_launch_on_everybody_reads_questions_and_options(app, now, actors):
    make(now, "before")
    browser = actors.stranger()
    assert LINK in browser.get("/cuoc-thi/cuoc-thi-mau").text
    page = browser.get(PATH)
    assert re.findall(r"Câu hỏi mẫu số (\d+)", page.text) == ["1", "2", "3", "4", "5"]
    for option in ("Đúng 1", "Sai 1", "Khác 1", "Lạ 1"):
        assert option in page.text
    assert "Vòng thi mở lúc 16:00 ngày 19/05/2025." in page.text
    assert not page.all("input", type="radio")


def test_with_the_opening_they_are_there_and_not_before(app, now, at, actors):
    contest = make(now, "with_open")
    browser = actors.stranger()
    browser.get(PATH, status=404)
    assert LINK not in browser.get("/cuoc-thi/cuoc-thi-mau").text
    for moment in (contest.rounds[0].opens_at, contest.rounds[0].closes_at + timedelta(days=1)):
        with at(moment):
            assert LINK in browser.get("/cuoc-thi/cuoc-thi-mau").text
            assert "Câu hỏi mẫu số 5" in browser.get(PATH).text


def test_a_contest_that_does_not_say_so_shows_none(app, now, actors):
    make(now, "no", opens=timedelta(hours=-1))
    actors.stranger().get(PATH, status=404)
    assert LINK not in actors.stranger().get("/cuoc-thi/cuoc-thi-mau").text


def test_a_draft_shows_none(app, now, actors):
    factories.make_contest(now, launched=False, rounds=[factories.round_dict(now, questions_public="before")])
    actors.stranger().get(PATH, status=404)


def other_key(data):
    """The same bank with other right options, explanations and sources."""
    bank = yaml.safe_load(data)
    for question in bank["questions"]:
        question["answer"] = "D" if isinstance(question["answer"], str) else ["B", "D"]
        question["explanation"] = "Một lời giải thích khác."
        question["source"] = {"title": "Nguồn khác", "url": "https://example.org/khac"}
        question["difficulty"] = "van-dung"
    return yaml.safe_dump(bank, allow_unicode=True, sort_keys=False).encode()


@pytest.mark.parametrize("numbers", [range(1, 6), range(6, 11)])
def test_two_keys_give_the_same_bytes(app, now, actors, numbers):
    """What does not change with the key cannot tell it."""
    paper = {**factories.round_dict(now)["paper"], "questions": [f"mau-{number:03d}" for number in numbers]}
    make(now, "before", paper=paper)
    browser = actors.stranger()
    browser.get(PATH)  # from now on the browser has a cookie
    first = browser.get(PATH).html
    with transaction():
        banks.import_bank(other_key(factories.bank_yaml()), name="mau.yaml", actor="test", now=now)
    with transaction():
        contest, _ = contests.import_contest(
            factories.contest_yaml(
                now, contest="khac", title="Cuộc thi mẫu",
                rounds=[
                    factories.round_dict(
                        now, questions_public="before", paper=paper, opens_at=(now + timedelta(hours=1)).isoformat(),
                        closes_at=(now + timedelta(hours=3)).isoformat(),
                    )
                ],
            ),
            name="contest.yaml", owner_area_id=None, now=now,
        )  # fmt: skip
        contests.launch(contest, actor="t", now=now)
    second = browser.get(PATH.replace("cuoc-thi-mau", "khac")).html.replace("/khac", "/cuoc-thi-mau")
    token = re.compile(r'name="csrf_token"[^>]*>')
    assert token.sub("", second.replace("%2Fkhac", "%2Fcuoc-thi-mau")) == token.sub("", first)
    assert "giải thích" not in first + second
    assert "Vì Đúng" not in first
