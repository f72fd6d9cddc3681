"""Contests from YAML files: created, replaced while a draft, amended once launched, refused with every mistake."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.contests import queries as contests
from tests.factories import (
    contest_dict,
    contest_yaml,
    launch,
    make_bank,
    make_contest,
    make_staff,
    make_tree,
    round_dict,
)
from tests.web.api.callers import Caller, make_token

PATH = "/contests/cuoc-thi-mau"


@pytest.fixture
def scripts(app, now):
    """Scripts of two organizers of districts, one of the province, and the administrator, by area."""
    make_tree(now)
    make_bank(now)
    found = {}
    for login, role, area in (
        ("to-chuc-10", Role.ORGANIZER, "10"),
        ("to-chuc-11", Role.ORGANIZER, "11"),
        ("to-chuc-1", Role.ORGANIZER, "1"),
        ("quan-tri", Role.ADMIN, None),
    ):
        make_staff(login, role, area, now)
        found[area] = Caller(app, make_token(login, now))
    return found


def test_a_contest_is_created_for_the_organizers_area_and_replaced(scripts, now):
    created = scripts["10"].put_yaml(PATH, contest_yaml(now), 201).json
    assert (created["contest"], created["state"], created["changed"]) == ("cuoc-thi-mau", "draft", True)
    assert scripts["10"].put_yaml(PATH, contest_yaml(now)).json["changed"] is False
    assert scripts["10"].put_yaml(PATH, contest_yaml(now, title="Tên mới")).json["title"] == "Tên mới"
    assert scripts["1"].get(PATH).json["title"] == "Tên mới"


def test_others_drafts_do_not_exist(scripts, now):
    scripts["10"].put_yaml(PATH, contest_yaml(now), 201)
    changed = contest_yaml(now, title="Của người khác")
    assert scripts["11"].put_yaml(PATH, changed, 404).json["code"] == "contest_not_found"
    assert contests.get_contest("cuoc-thi-mau").title == "Cuộc thi mẫu"
    assert scripts["1"].put_yaml(PATH, contest_yaml(now, title="Cấp trên")).json["title"] == "Cấp trên"


def test_an_administrators_contest_belongs_to_the_whole_tree(scripts, now):
    scripts[None].put_yaml(PATH, contest_yaml(now), 201)
    scripts["1"].get(PATH)
    scripts["10"].get(PATH, 404)


def coming(now, **changes):
    """A second week that opens tomorrow."""
    times = {"opens_at": (now + timedelta(1)).isoformat(), "closes_at": (now + timedelta(2)).isoformat()}
    return round_dict(now, key="tuan-2", label="Tuần 2", **times, **changes)


def test_a_launched_contest_is_amended(scripts, caller, now):
    launch(make_contest(now, owner="10", launched=False), now)
    assert scripts["10"].put_yaml(PATH, contest_yaml(now)).json["changed"] is False
    amended = contest_yaml(now, title="Tên khác", rounds=[round_dict(now), coming(now)])
    found = scripts["10"].put_yaml(f"{PATH}?reason=Theo%20C%C3%B4ng%20v%C4%83n%20s%E1%BB%91%2012", amended).json
    assert (found["changed"], found["title"]) == (True, "Tên khác")
    seen = caller.get(PATH).json
    assert (seen["rules_version"], seen["rules_reason"]) == (2, "Theo Công văn số 12")
    assert seen["rules_since"] == "2025-05-19T08:00:00.000Z"
    assert [round_["rules_version"] for round_ in seen["rounds"]] == [1, 2]
    assert scripts["10"].put_yaml(PATH, amended).json["changed"] is False
    dropped = scripts["10"].put_yaml(PATH, contest_yaml(now)).json
    assert (dropped["rules_version"], dropped["rules_reason"]) == (3, "API")


def test_what_must_stay_is_named_field_by_field(scripts, now):
    launch(make_contest(now, owner="10", launched=False), now)
    entry = {**contest_dict(now)["entry"], "password": "moi"}
    changed = contest_yaml(now, entry=entry, rounds=[round_dict(now, label="Tuần đầu")])
    answer = scripts["10"].put_yaml(PATH, changed, 409).json
    assert answer["code"] == "amendment_refused"
    assert [(problem["code"], problem["field"]) for problem in answer["problems"]] == [
        ("amendment_keeps", "entry.password"), ("amendment_changes_begun", "rounds.tuan-1.label"),
    ]  # fmt: skip
    assert all(problem["field"] in problem["message"] for problem in answer["problems"])
    assert len(contests.list_versions(1)) == 1
    assert scripts["11"].put_yaml(PATH, changed, 404).json["code"] == "contest_not_found"


def test_a_broken_amendment_is_told_with_its_lines(scripts, now):
    launch(make_contest(now, owner="10", launched=False), now)
    broken = contest_yaml(now, rounds=[round_dict(now), coming(now, paper={"mode": "fixed", "questions": ["x"]})])
    (problem,) = scripts["10"].put_yaml(PATH, broken, 422).json["problems"]
    assert (problem["code"], problem["path"]) == ("unknown_question", "rounds[1].paper.questions[0]")


def test_the_answer_tells_the_rules_and_never_the_password(scripts, caller, now):
    entry = {**contest_dict(now)["entry"], "password": "thicchc2025"}
    essay = coming(now, paper={"mode": "marked", "points": 100}, ranking={"keys": ["score"]},
                   promote={"round": "tuan-1", "top": 10})  # fmt: skip
    overall = {"prizes": [{"name": "Nhất", "count": 1, "by": "hand"}]}
    first = round_dict(now, questions_public="before")
    launch(make_contest(now, launched=False, entry=entry, rounds=[first, essay], overall=overall), now)
    answer = caller.get(PATH)
    assert "thicchc" not in answer.text
    found = answer.json
    assert found["entry"]["asks_password"] is True
    paper, marked = (round_["paper"] for round_ in found["rounds"])
    assert (paper["mode"], paper["questions"], paper["full_score"]) == ("fixed", 5, 50)
    assert (marked["mode"], marked["questions"], marked["full_score"]) == ("marked", 0, 100)
    assert found["rounds"][0]["questions_public"] == "before"
    assert found["rounds"][1]["promote"] == {"round": "tuan-1", "top": 10}
    assert (found["overall"]["keys"], found["overall"]["prizes"][0]["by"]) == (["score", "duration"], "hand")


def test_the_slug_of_the_file_is_that_of_the_address(scripts, now):
    answer = scripts["10"].put_yaml("/contests/khac", contest_yaml(now), 422).json
    (problem,) = answer["problems"]
    assert (problem["code"], problem["path"], problem["line"]) == ("other_contest", "contest", 1)
    assert "khac" in problem["message"]
    assert contests.find_contest("cuoc-thi-mau") is None


def test_the_tree_is_that_of_the_organizer(scripts, now):
    foreign = contest_yaml(now, areas={"tree": "ngoai-tinh", "ranked_level": "province"})
    (problem,) = scripts["10"].put_yaml(PATH, foreign, 422).json["problems"]
    assert (problem["code"], problem["path"]) == ("tree_not_own", "areas.tree")
    scripts[None].put_yaml(PATH, foreign, 201)


def test_every_mistake_is_told_at_once(scripts, now):
    broken = contest_yaml(now).replace(b"mau-001", b"mau-999").replace(b"ranked_level: district", b"ranked_level: vung")
    problems = scripts["10"].put_yaml(PATH, broken, 422).json["problems"]
    assert {problem["code"] for problem in problems} == {"unknown_question", "unknown_level"}
    assert all(problem["line"] > 1 and problem["message"] for problem in problems)
    assert contests.find_contest("cuoc-thi-mau") is None


def test_only_organizers_write_contests(app, caller, scripts, now):
    caller.put_yaml(PATH, contest_yaml(now), 401)
    make_staff("can-bo", Role.DISTRICT, "10", now)
    caller.sign_in("can-bo").put_yaml(PATH, contest_yaml(now), 404)
    assert contests.find_contest("cuoc-thi-mau") is None


def test_json_is_no_contest_file(scripts):
    scripts["10"].call("PUT", PATH, 415, json={})
