"""Sitting a paper: start, look, save, submit, receipt."""

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from quizapp.attempts import saving
from tests.factories import make_contest, round_dict
from tests.pictures import make_contest as make_pictured_contest
from tests.pictures import png
from tests.pictures import shown as shown_picture
from tests.web.api.callers import Caller, choose

HIDDEN = {"publication": {"live": "hidden_until_close", "mask_phone": True}}
GUESS = {"metric": "people_all_correct", "scope": "round"}


@pytest.fixture
def sitting(caller, contest):
    """The answer to a start, of a browser that has entered."""
    caller.enter()
    return caller.start()


def test_a_start_gives_the_paper_and_the_time(sitting):
    assert sitting["deadline"] == "2025-05-19T08:10:00.000Z"
    assert (sitting["remaining_ms"], sitting["server_now"]) == (600_000, "2025-05-19T08:00:00.000Z")
    assert (sitting["rules_version"], sitting["number"]) == (1, 1)
    questions = sitting["paper"]["questions"]
    assert [question["question"] for question in questions] == [f"mau/mau-00{number}" for number in range(1, 6)]
    assert questions[0]["options"][0] == {"option": "A", "text": "Đúng 1"}
    assert sitting["paper"]["prediction"] is None


def test_nothing_of_the_key_is_in_a_paper(caller, sitting):
    for answer in (sitting, caller.get(f"/attempts/{sitting['attempt']}").json):
        for question in answer["paper"]["questions"]:
            assert set(question) == {"question", "text", "image", "multiple", "options"}
        assert "Vì Đúng" not in str(answer)
        assert "nhan-biet" not in str(answer)


def test_a_picture_comes_with_its_address_and_its_description(caller, now):
    make_pictured_contest(now, png(6, 4))
    caller.enter()
    first, second = caller.start()["paper"]["questions"]
    address = first["image"]["url"]
    assert re.fullmatch(f"/hinh/{hashlib.sha256(png(6, 4)).hexdigest()}-[0-9a-f]{{32}}\\.png", address)
    assert first["image"] == {"url": address, "alt": "Bản đồ huyện Thử", "width": 6, "height": 4}
    assert second["image"] is None
    assert caller.browser.get(address).data == shown_picture(png(6, 4))


def test_while_one_is_open_the_same_one_is_given(caller, sitting):
    again = caller.start(status=200)
    assert again == sitting


def test_a_question_with_several_right_options_says_so(caller, now):
    paper = {"mode": "fixed", "questions": ["mau-001", "mau-010"], "points": 1}
    make_contest(now, rounds=[round_dict(now, paper=paper)])
    caller.enter()
    assert [question["multiple"] for question in caller.start()["paper"]["questions"]] == [False, True]


def test_the_number_of_attempts_is_limited(caller, now):
    make_contest(now, rounds=[round_dict(now, attempts={"max": 1, "per": "round"})])
    caller.enter()
    caller.post(f"/attempts/{caller.start()['attempt']}/submission")
    answer = caller.start(status=409)
    assert (answer["code"], answer["max"], answer["per"]) == ("attempts_exhausted", 1, "round")


def test_a_round_that_is_not_open_says_when_it_is(caller, contest, at, now):
    caller.enter()
    with at(now + timedelta(hours=2)):
        answer = caller.start(status=409)
    assert answer["code"] == "round_not_open"
    assert (answer["opens_at"], answer["closes_at"]) == ("2025-05-19T07:00:00.000Z", "2025-05-19T09:00:00.000Z")


def test_whoever_has_not_entered_cannot_start(caller, contest, now):
    assert caller.start(status=401)["code"] == "entry_required"
    make_contest(now, contest="cuoc-thi-khac")
    caller.enter("cuoc-thi-khac")
    assert caller.start(status=403)["why"] == "entry_required"


def test_unknown_contests_and_rounds_are_404(caller, contest):
    caller.enter()
    assert caller.start("khong-co", status=404)["code"] == "contest_not_found"
    assert caller.start(key="khong-co", status=404)["code"] == "round_not_found"


def test_answers_are_saved_and_come_back(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    saved = caller.put(f"{path}/answers", {"batch": choose(sitting)}).json
    assert {each["question"] for each in saved["saved"]} == {f"mau/mau-00{number}" for number in range(1, 6)}
    assert (saved["stale"], saved["prediction"], saved["remaining_ms"]) == ([], None, 600_000)
    found = caller.get(path).json
    assert (found["state"], found["result"], found["submitted_at"]) == ("open", None, None)
    assert found["answers"] == [
        {"question": f"mau/mau-00{number}", "options": ["A"], "rev": 1} for number in range(1, 6)
    ]


def test_the_highest_revision_wins_and_a_stale_one_comes_back_with_what_is_stored(caller, sitting):
    path = f"/attempts/{sitting['attempt']}/answers"

    def send(option, rev):
        item = {"question": "mau/mau-001", "options": [option] if option else [], "rev": rev}
        return caller.put(path, {"batch": [item]}).json

    assert send("B", 5)["saved"] == [{"question": "mau/mau-001", "rev": 5}]
    stored = {"question": "mau/mau-001", "options": ["B"], "rev": 5}
    assert send("A", 4) | {"server_now": ""} == {
        "saved": [], "stale": [stored], "prediction": None, "server_now": "", "remaining_ms": 600_000,
    }  # fmt: skip
    assert send("A", 5)["stale"] == [stored]
    assert send("B", 5)["saved"] == [{"question": "mau/mau-001", "rev": 5}]
    assert send(None, 6)["saved"] == [{"question": "mau/mau-001", "rev": 6}]


def test_the_order_of_ticks_is_no_other_choice(caller, now):
    paper = {"mode": "fixed", "questions": ["mau-010"], "points": 1}
    make_contest(now, rounds=[round_dict(now, paper=paper)])
    caller.enter()
    path = f"/attempts/{caller.start()['attempt']}/answers"
    for options in (["C", "A"], ["A", "C"]):
        answer = caller.put(path, {"batch": [{"question": "mau/mau-010", "options": options, "rev": 1}]}).json
        assert answer["stale"] == []


def test_an_empty_batch_tells_the_time(caller, sitting):
    assert caller.put(f"/attempts/{sitting['attempt']}/answers", {"batch": []}).json["remaining_ms"] == 600_000


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"question": "mau/mau-009", "options": ["A"], "rev": 1}, "question_not_in_paper"),
        ({"question": "mau-002", "options": ["A"], "rev": 1}, "question_not_in_paper"),
        ({"question": "mau/mau-002", "options": ["E"], "rev": 1}, "option_unknown"),
        ({"question": "mau/mau-002", "options": ["a"], "rev": 1}, "option_unknown"),
        ({"question": "mau/mau-002", "options": ["A", "B"], "rev": 1}, "one_option_only"),
        ({"question": "mau/mau-002", "options": ["A", "A"], "rev": 1}, "option_twice"),
        ({"question": "mau/mau-001", "options": ["B"], "rev": 2}, "duplicate_question"),
    ],
)
def test_a_bad_item_is_named_and_nothing_of_the_batch_is_saved(caller, sitting, item, code):
    path = f"/attempts/{sitting['attempt']}"
    good = {"question": "mau/mau-001", "options": ["A"], "rev": 1}
    answer = caller.put(f"{path}/answers", {"batch": [good, item]}, 422).json
    assert (answer["code"], answer["index"], answer["question"]) == (code, 1, item["question"])
    assert caller.get(path).json["answers"] == []


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        *(("rev", value) for value in (True, 1.0, "1", "٣", "1_0", None, [1], {"$gt": 0}, 2**63, 2**53, -1, 0)),
        *(("options", value) for value in ("A", True, 1, None, {"$gt": ""}, [1], [True], [["A"]], [None], {"0": "A"})),
        *(("question", value) for value in (1, True, None, ["mau/mau-001"], {"$gt": ""}, "x" * 201)),
    ],
)
def test_types_are_taken_literally(caller, sitting, key, wrong):
    path = f"/attempts/{sitting['attempt']}"
    item = {"question": "mau/mau-001", "options": ["A"], "rev": 1, key: wrong}
    answer = caller.put(f"{path}/answers", {"batch": [item]}, 422).json
    assert answer["code"] == "invalid"
    assert answer["errors"][0]["path"].startswith(f"batch[0].{key}")
    assert caller.get(path).json["answers"] == []


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"batch": [], "prediction": NaN}', 400),
        (b'{"batch": Infinity}', 400),
        (b'{"batch": [], "batch": []}', 400),
        (b'{"batch": []', 400),
        (b"", 415),
        (b"[" * 60_000, 400),
        (b'{"batch": ' + b"[" * 60_000, 400),
        ('{"batch": []}'.encode("utf-16"), 400),
        (b'\xef\xbb\xbf{"batch": []}', 400),
        (b'{"batch": "\xff"}', 400),
        (b'{"batch": [{"question": "\\ud800", "options": [], "rev": 1}]}', 422),
        (b'{"batch": [{"question": "q", "options": [], "rev": 1e400}]}', 422),
        (b'{"batch": [{"question": "q", "options": [], "rev": 1e-320}]}', 422),
        (b'{"batch": [{"question": "q", "options": [], "rev": 1' + b"0" * 400 + b"}]}", 422),
        (b'{"batch": [{"question": "q", "options": [], "rev": 1' + b"0" * 5000 + b"}]}", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"batch"', 422),
        (b"{}", 422),
    ],
)
def test_what_is_no_such_object_is_refused(caller, sitting, raw, status):
    path = f"/attempts/{sitting['attempt']}/answers"
    options = {} if status == 415 else {"content_type": "application/json"}
    caller.call("PUT", path, status, data=raw, **options)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_media_types_are_415(caller, sitting, content_type):
    path = f"/attempts/{sitting['attempt']}/answers"
    caller.call("PUT", path, 415, data=b'{"batch": []}', content_type=content_type)


@pytest.mark.parametrize(
    "extra", ["score", "started_at", "deadline", "extra_time", "is_correct", "status", "user_id", "client_now"]
)
def test_nothing_more_than_answers_is_taken(caller, sitting, extra):
    path = f"/attempts/{sitting['attempt']}"
    answer = caller.put(f"{path}/answers", {"batch": choose(sitting), extra: 100}, 422).json
    assert [(each["path"], each["code"]) for each in answer["errors"]] == [(extra, "unknown_key")]
    item = {**choose(sitting)[0], extra: 100}
    answer = caller.put(f"{path}/answers", {"batch": [item]}, 422).json
    assert [(each["path"], each["code"]) for each in answer["errors"]] == [(f"batch[0].{extra}", "unknown_key")]
    caller.post(f"{path}/submission", {extra: 100}, 422)
    caller.post("/contests/cuoc-thi-mau/rounds/tuan-1/attempts", {extra: 100}, 422)
    assert caller.get(path).json["answers"] == []


def test_a_batch_has_an_end(caller, sitting):
    batch = [{"question": f"q{number}", "options": [], "rev": 1} for number in range(501)]
    answer = caller.put(f"/attempts/{sitting['attempt']}/answers", {"batch": batch}, 422).json
    assert (answer["errors"][0]["path"], answer["errors"][0]["code"]) == ("batch", "too_many")


def test_a_body_has_an_end(caller, sitting):
    path = f"/attempts/{sitting['attempt']}/answers"
    caller.call("PUT", path, 413, data=b" " * (7 * 1024 * 1024), content_type="application/json")


@pytest.fixture
def guessing(caller, now):
    """The answer to a start in a round with a prediction."""
    make_contest(now, rounds=[round_dict(now, prediction=GUESS)], **HIDDEN)
    caller.enter()
    return caller.start()


@pytest.mark.parametrize(("typed", "value"), [(3200, 3200), ("3200", 3200), ("3.200", 3200), (0, 0)])
def test_a_guess_is_a_number_or_its_text(caller, guessing, typed, value):
    assert guessing["paper"]["prediction"]["metric"] == "people_all_correct"
    path = f"/attempts/{guessing['attempt']}"
    answer = caller.put(f"{path}/answers", {"batch": [], "prediction": {"value": typed, "rev": 1}}).json
    assert answer["prediction"] == {"value": value, "rev": 1}
    assert caller.get(path).json["prediction"] == {"value": value, "rev": 1}


def test_the_guess_of_the_highest_revision_counts(caller, guessing):
    path = f"/attempts/{guessing['attempt']}/answers"
    caller.put(path, {"batch": [], "prediction": {"value": 7, "rev": 3}})
    answer = caller.put(path, {"batch": [], "prediction": {"value": 9, "rev": 2}}).json
    assert answer["prediction"] == {"value": 7, "rev": 3}


@pytest.mark.parametrize("value", [-1, "-1", "abc", "", 10**10, 10**400, "٣"])
def test_a_guess_that_is_no_count_saves_nothing(caller, guessing, value):
    path = f"/attempts/{guessing['attempt']}"
    body = {"batch": choose(guessing), "prediction": {"value": value, "rev": 1}}
    assert caller.put(f"{path}/answers", body, 422).json["code"] in ("prediction_invalid", "invalid")
    assert caller.get(path).json["answers"] == []


@pytest.mark.parametrize("value", [True, 1.5, None, [1], {"$gt": 0}])
def test_a_guess_of_another_type_is_invalid(caller, guessing, value):
    body = {"batch": [], "prediction": {"value": value, "rev": 1}}
    answer = caller.put(f"/attempts/{guessing['attempt']}/answers", body, 422).json
    assert (answer["code"], answer["errors"][0]["path"]) == ("invalid", "prediction.value")


def test_a_percentage_keeps_its_decimals(caller, now):
    percent = {"metric": "percent_all_correct", "scope": "round"}
    make_contest(now, rounds=[round_dict(now, prediction=percent)], **HIDDEN)
    caller.enter()
    path = f"/attempts/{caller.start()['attempt']}/answers"
    for typed, shown in (("87,65432", "87,65432"), ("87.5", "87,5"), (88, "88")):
        rev = {"87,65432": 1, "87.5": 2}.get(typed, 3)
        answer = caller.put(path, {"batch": [], "prediction": {"value": typed, "rev": rev}}).json
        assert answer["prediction"]["value"] == shown


def test_a_guess_that_nobody_asked_for_is_refused(caller, sitting):
    body = {"batch": [], "prediction": {"value": 1, "rev": 1}}
    answer = caller.put(f"/attempts/{sitting['attempt']}/answers", body, 422).json
    assert answer["code"] == "prediction_not_asked"


def test_a_submission_gives_a_receipt_of_the_same_bytes_each_time(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(sitting, rev=3)})
    first = caller.post(f"{path}/submission", {"last_rev": 3})
    assert first.json["answered"] == first.json["questions"] == 5
    assert "score" not in first.json
    assert caller.post(f"{path}/submission").data == first.data
    assert caller.post(f"{path}/submission", {"last_rev": 99}).data == first.data
    assert caller.get(f"{path}/receipt").data == first.data


def test_answers_on_their_way_are_waited_for(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(sitting, rev=3)})
    answer = caller.post(f"{path}/submission", {"last_rev": 4}, 409).json
    assert (answer["code"], answer["have_rev"]) == ("answers_missing", 3)
    assert caller.get(path).json["state"] == "open"
    caller.get(f"{path}/receipt", 404)


@pytest.mark.parametrize("wrong", [True, 1.0, "1", -1, 2**53, [], {}])
def test_last_rev_is_a_number(caller, sitting, wrong):
    caller.post(f"/attempts/{sitting['attempt']}/submission", {"last_rev": wrong}, 422)


def test_nothing_is_saved_after_the_submission(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    caller.post(f"{path}/submission")
    answer = caller.put(f"{path}/answers", {"batch": choose(sitting)}, 409).json
    assert answer["code"] == "attempt_closed"
    assert caller.get(path).json["answers"] == []


def test_time_ends_an_attempt_without_anybody(caller, sitting, at, now):
    path = f"/attempts/{sitting['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(sitting)})
    with at(now + timedelta(minutes=10, seconds=3)):
        assert caller.put(f"{path}/answers", {"batch": choose(sitting, rev=2)}).json["remaining_ms"] == 0
    with at(now + timedelta(minutes=10, seconds=3, milliseconds=1)):
        assert caller.put(f"{path}/answers", {"batch": choose(sitting, rev=3)}, 409).json["code"] == "attempt_closed"
        found = caller.get(path).json
        assert (found["state"], found["finished_by"]) == ("final", "deadline")
        assert found["submitted_at"] == found["deadline"]
        assert caller.get(f"{path}/receipt").json["finished_by"] == "deadline"


def test_an_attempt_is_its_owners_alone(caller, another, sitting):
    path = f"/attempts/{sitting['attempt']}"
    other = another()
    other.enter()
    wrong = other.get("/attempts/khong-co", 404).json
    assert other.get(path, 404).json == wrong
    assert other.get(f"{path}/receipt", 404).json == wrong
    assert other.put(f"{path}/answers", {"batch": choose(sitting)}, 404).json == wrong
    assert other.post(f"{path}/submission", status=404).json == wrong
    assert another().get(path, 401).json["code"] == "entry_required"
    assert caller.get(path).json["state"] == "open"


def test_after_signing_out_the_attempt_is_out_of_reach(app, caller, sitting):
    stolen = caller.browser.get_cookie("quiz").value
    caller.delete("/session")
    thief = Caller(app)
    thief.browser.set_cookie("quiz", stolen)
    thief.get(f"/attempts/{sitting['attempt']}", 401)


def test_a_write_needs_the_token(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(sitting)}, 403, guarded=False)
    caller.post(f"{path}/submission", status=403, guarded=False)
    caller.post("/contests/cuoc-thi-mau/rounds/tuan-1/attempts", status=403, guarded=False)
    found = caller.get(path).json
    assert (found["state"], found["answers"]) == ("open", [])


def test_what_could_not_be_stored_is_503_with_a_time_to_try_again(caller, sitting, monkeypatch):
    def fail(*_args, **_options):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(saving, "save_all", fail)
    answer = caller.put(f"/attempts/{sitting['attempt']}/answers", {"batch": choose(sitting)}, 503)
    assert answer.json["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) >= 1


def test_saving_says_the_same_whether_right_or_wrong(caller, sitting):
    path = f"/attempts/{sitting['attempt']}/answers"
    right = caller.put(path, {"batch": choose(sitting, "A", 1)})
    wrong = caller.put(path, {"batch": choose(sitting, "B", 2)})
    assert right.data.replace(b'"rev":1', b'"rev":2') == wrong.data


def test_the_own_score_is_told_at_once_where_the_board_is_open_but_never_the_key(caller, sitting):
    path = f"/attempts/{sitting['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(sitting)})
    caller.post(f"{path}/submission")
    result = caller.get(path).json["result"]
    assert result == {"score": 50, "full_score": 50, "is_perfect": True, "questions": None}


def test_where_results_are_hidden_the_own_score_waits_for_the_close(caller, guessing, at, now):
    path = f"/attempts/{guessing['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(guessing)[:4]})
    caller.post(f"{path}/submission")
    with at(now + timedelta(hours=1, seconds=3)):
        assert caller.get(path).json["result"] is None
    with at(now + timedelta(hours=1, seconds=3, milliseconds=1)):
        result = caller.get(path).json["result"]
    assert (result["score"], result["is_perfect"]) == (40, False)
    assert [each["points"] for each in result["questions"]] == [10, 10, 10, 10, 0]
    assert result["questions"][0]["right"] == ["A"]
    assert result["questions"][0]["explanation"] == "Vì Đúng 1 là đúng."


def test_a_key_that_is_never_public_stays_so(caller, now, at):
    make_contest(now, rounds=[round_dict(now, key_public="never")])
    caller.enter()
    path = f"/attempts/{caller.start()['attempt']}"
    caller.post(f"{path}/submission")
    with at(now + timedelta(days=1)):
        assert caller.get(path).json["result"] == {
            "score": 0, "full_score": 50, "is_perfect": False, "questions": None,
        }  # fmt: skip
