"""Banks from YAML files."""

import io

import pytest

from quizapp.accounts.rules import Role
from quizapp.banks import queries as banks
from quizapp.web import body_limits
from tests import pictures
from tests.factories import bank_yaml, contest_yaml, make_staff, make_tree, round_dict
from tests.web.api.callers import Caller, make_token


@pytest.fixture
def organizer(app, now):
    """A script of an organizer."""
    make_tree(now)
    make_staff("to-chuc", Role.ORGANIZER, "1", now)
    return Caller(app, make_token("to-chuc", now))


def test_a_bank_is_created_then_replaced(organizer):
    created = organizer.put_yaml("/banks/mau", bank_yaml(questions=3), 201).json
    assert (created["bank"], created["questions"], created["changed"]) == ("mau", 3, True)
    assert organizer.put_yaml("/banks/mau", bank_yaml(questions=3)).json == {**created, "changed": False}
    assert organizer.put_yaml("/banks/mau", bank_yaml(questions=4)).json["questions"] == 4
    assert len(banks.get_bank("mau").questions) == 4


def test_every_mistake_is_told_with_its_place_and_nothing_changes(organizer):
    organizer.put_yaml("/banks/mau", bank_yaml(questions=3), 201)
    broken = bank_yaml(questions=3).replace(b"answer: A", b"answer: E").replace(b"language: vi", b"ngon_ngu: vi")
    answer = organizer.put_yaml("/banks/mau", broken, 422).json
    assert (answer["code"], answer["file"], answer["count"]) == ("file_refused", "mau.yaml", len(answer["problems"]))
    codes = [problem["code"] for problem in answer["problems"]]
    assert codes.count("foreign_answer") == 2
    assert "unknown_key" in codes
    first = next(problem for problem in answer["problems"] if problem["code"] == "foreign_answer")
    assert first["path"] == "questions[0].answer"
    assert first["source_line"][first["column"] - 1 :] == "E"
    assert "“E”" in first["message"]
    assert len(banks.get_bank("mau").questions) == 3


def test_the_slug_of_the_file_is_that_of_the_address(organizer):
    answer = organizer.put_yaml("/banks/khac", bank_yaml(), 422).json
    assert [problem["code"] for problem in answer["problems"]] == ["other_slug"]
    assert banks.find_record("mau") is None


def test_a_bank_with_pictures_has_to_come_by_the_command(organizer):
    answer = organizer.put_yaml("/banks/anh", pictures.bank_yaml(), 422).json
    (problem,) = answer["problems"]
    assert (problem["code"], problem["path"]) == ("image_not_sent", "questions[0].image")
    assert "quiz import-bank" in problem["message"]
    assert banks.find_record("anh") is None


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[" * 3000, b"a: &x [1]\nb: *x", b"bank: !!python/name:os.system x"]
)
def test_strange_files_are_refused(organizer, data):
    assert organizer.put_yaml("/banks/mau", data, 422).json["problems"]


def test_a_file_has_an_end(organizer):
    assert organizer.put_yaml("/banks/mau", b"#" * (5 * 1024 * 1024 + 1), 422).json["code"] == "file_refused"
    organizer.put_yaml("/banks/mau", b"#" * (7 * 1024 * 1024), 413)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", None])
def test_other_media_types_are_415(organizer, content_type):
    organizer.call("PUT", "/banks/mau", 415, data=bank_yaml(), content_type=content_type)


def test_only_organizers_write_banks(app, caller, organizer, now):
    assert caller.put_yaml("/banks/mau", bank_yaml(), 401).json["code"] == "sign_in_required"
    make_staff("can-bo", Role.DISTRICT, "10", now)
    assert caller.sign_in("can-bo").put_yaml("/banks/mau", bank_yaml(), 404).json["code"] == "not_found"
    browser = Caller(app).sign_in("to-chuc")
    browser.call("PUT", "/banks/mau", 403, data=bank_yaml(), content_type="application/yaml", guarded=False)
    assert banks.find_record("mau") is None


def test_a_bank_is_its_organizers_and_nothing_is_told_of_it(organizer, app, now):
    """A free slug, somebody's own, everybody's: 201, 200 and 409; and the very content of a foreign bank is no key."""
    make_staff("huyen", Role.ORGANIZER, "10", now)
    make_staff("huyen-khac", Role.ORGANIZER, "11", now)
    make_staff("quan-tri", Role.ADMIN, None, now)
    own, other, admin = (Caller(app, make_token(login, now)) for login in ("huyen", "huyen-khac", "quan-tri"))
    own.put_yaml("/banks/rieng", bank_yaml("rieng", 3), 201)
    told = [other.put_yaml("/banks/rieng", bank_yaml("rieng", questions), 409).json for questions in (3, 4)]
    for answer in told:
        answer.pop("request_id", None)
    assert told[0] == told[1]
    assert (told[0]["code"], told[0]["slug"]) == ("bank_exists", "rieng")
    assert told[0]["title"] == "Mã bộ câu hỏi “rieng” đã được dùng. Hãy chọn mã khác ở dòng “bank:”."
    assert set(told[0]) <= {"type", "title", "status", "code", "slug"}
    assert len(banks.get_bank("rieng").questions) == 3
    # The organizers of the province look after the district's bank, which stays the district's.
    organizer.put_yaml("/banks/rieng", bank_yaml("rieng", 4))
    own.put_yaml("/banks/rieng", bank_yaml("rieng", 5))
    admin.put_yaml("/banks/chung", bank_yaml("chung", 3), 201)
    assert organizer.put_yaml("/banks/chung", bank_yaml("chung", 3), 409).json["code"] == "bank_exists"
    admin.put_yaml("/banks/rieng", bank_yaml("rieng", 6))
    own.put_yaml("/banks/rieng", bank_yaml("rieng", 7))


def test_a_contest_of_somebody_elses_questions_finds_none(organizer, app, now):
    make_staff("huyen-khac", Role.ORGANIZER, "11", now)
    other = Caller(app, make_token("huyen-khac", now))
    organizer.put_yaml("/banks/mau", bank_yaml(), 201)
    file = contest_yaml(now, rounds=[round_dict(now, paper={"mode": "random", "draw": [{"bank": "mau", "count": 2}]})])
    (problem,) = other.put_yaml("/contests/cuoc-thi-mau", file, 422).json["problems"]
    assert (problem["code"], problem["path"]) == ("unknown_bank", "rounds[0].paper.draw[0].bank")
    organizer.put_yaml("/contests/cuoc-thi-mau", file, 201)


def test_a_file_that_is_sent_in_pieces_is_never_cut(organizer, monkeypatch):
    """Without its length nothing is refused beforehand, and what fits under the limit would be a sound bank."""
    data = bank_yaml(questions=3)
    monkeypatch.setattr(body_limits, "FILE", len(data))
    pieces = {
        "input_stream": io.BytesIO(data + b"# and more\n"),
        "headers": {"Transfer-Encoding": "chunked"},
        "environ_overrides": {"wsgi.input_terminated": True},
    }
    answer = organizer.call("PUT", "/banks/mau", 413, content_type="application/yaml", **pieces).json
    assert answer["code"] == "request_too_large"
    assert banks.find_record("mau") is None
