"""raw.jsonl and its companions: their lines, their order, what is never in them, and the memory that they take."""

import io
import json
import tracemalloc
import zipfile
from datetime import timedelta

import pytest

from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.entries import refusals
from quizapp.records import archive, raw, sheets
from quizapp.results import marking
from tests import crowd, factories
from tests.records import checking, plans

KEYS = {
    "answers", "area", "attempt", "deadline", "extra_seconds", "finished_by", "group", "number", "paper",
    "participant", "perfect", "points", "prediction", "round", "rules_version", "score", "started_at", "state",
    "submitted_at", "unranked",
}  # fmt: skip
HIDDEN = {"live": "hidden_until_close", "records": "public"}
LATER = timedelta(hours=2)


def lines_of(contest, round_=None, *, to_public=False):
    data = b"".join(raw.stream_raw(contest, round_, to_public=to_public))
    return [json.loads(line) for line in data.splitlines()]


def archive_of(contest, now, round_=None, *, to_public=True):
    file = io.BytesIO()
    archive.write_archive(file, contest, round_, to_public=to_public, signer=factories.SIGNER, now=now)
    return file.getvalue()


def test_a_line_says_all_that_a_ranking_looks_at(app, now):
    contest = factories.make_contest(now, publication=HIDDEN)
    person = factories.enter(contest, now, area="ngoai-tinh:01")
    done = factories.sit(contest, person, now, right=3, seconds=75)
    running = factories.start(contest, person, now + timedelta(minutes=2))
    first, second = lines_of(contest)
    assert set(first) == KEYS
    assert first == {
        "attempt": done.public_id, "number": 1, "participant": person.participant.public_id, "unranked": False,
        "area": "ngoai-tinh:01", "group": None, "round": "tuan-1", "rules_version": 1,
        "paper": [[ref, list(options)] for ref, options in done.paper],
        "answers": {ref: ["A"] if at < 3 else ["B"] for at, (ref, _) in enumerate(done.paper)},
        "points": {ref: 10 if at < 3 else 0 for at, (ref, _) in enumerate(done.paper)},
        "score": 30, "perfect": False, "prediction": None, "started_at": "2025-05-19T08:00:00.000Z",
        "deadline": "2025-05-19T08:10:00.000Z", "extra_seconds": 0, "submitted_at": "2025-05-19T08:01:15.000Z",
        "finished_by": "participant", "state": "final",
    }  # fmt: skip
    assert (second["attempt"], second["state"], second["score"], second["points"]) == (
        running.public_id, "open", None, {},
    )  # fmt: skip


def test_lines_are_canonical_and_stand_in_an_order_that_no_database_changes(app, now):
    contest = factories.make_contest(now, publication=HIDDEN)
    for second in (60, 30, 60, 60, 30, 60):
        factories.sit(contest, factories.enter(contest, now), now, seconds=second)
    data = b"".join(raw.stream_raw(contest, None, to_public=False))
    lines = [json.loads(line) for line in data.splitlines()]
    assert [(line["submitted_at"], line["attempt"]) for line in lines] == sorted(
        (line["submitted_at"], line["attempt"]) for line in lines
    )
    again = [json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for line in lines]
    assert data.decode() == "\n".join(again) + "\n"


def test_no_file_names_anybody(app, now):
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, prediction={"metric": "people", "scope": "round"})],
        publication=HIDDEN,
        entry={
            "mode": "form",
            "fields": {"full_name": "required", "date_of_birth": "required", "phone": "required", "email": "required",
                       "citizen_id": "required", "address": "required", "unit": "required", "area": "required"},
            "identity": ["phone", "full_name"],
            "resume": "details",
            "excluded": {"mode": "unranked", "people": [{"full_name": "Canary Kín", "phone": "0988777666"}]},
        },
    )  # fmt: skip
    typed = {
        "full_name": "Canary Phạm Thị Ẩn", "date_of_birth": "07/08/1969", "phone": "0912777888",
        "email": "canary@example.org", "citizen_id": "012345678901", "address": "Canary thôn Một",
        "unit": "Canary Chi bộ", "area": "101",
    }  # fmt: skip
    person = factories.enter(contest, now, **typed)
    factories.sit(contest, person, now, prediction="5")
    with transaction():
        refusals.refuse(person.participant, reason="Canary khai sai", actor="canary-lan", now=now)
    contest = factories.finalize_and_publish(contest, now + LATER)
    with zipfile.ZipFile(io.BytesIO(archive_of(contest, now + LATER, to_public=False))) as file:
        names = ["key.json", "ranking-tuan-1.csv", "raw.jsonl", "rules.json", "manifest.json"]
        assert file.namelist() == [*names, "manifest.sig"]
        text = "\n".join(file.read(name).decode() for name in names)
    told = [
        each
        for each in ("anary", "0912777888", "912777888", "1969", "07/08", "012345678901", "0988777666",
                     person.participant.entry_code)
        if each in text
    ]  # fmt: skip
    assert told == []
    # Nor the questions: their names, and nothing of what they say.
    assert "mau/mau-001" in text
    assert "Câu hỏi mẫu" not in text
    assert "Đúng 1" not in text


def test_the_same_records_give_the_same_bytes(app, now):
    contest = factories.make_contest(now, publication=HIDDEN)
    factories.sit(contest, factories.enter(contest, now), now)
    contest = factories.finalize_and_publish(contest, now + LATER)
    first = archive_of(contest, now + LATER)
    assert archive_of(contest, now + 2 * LATER) == first
    assert archive_of(contest, now + LATER, contest.rounds[0]) != first  # the manifest says that it is of a round


def test_an_entry_refused_after_the_result_belongs_to_the_next_version(app, now, tmp_path):
    contest = factories.make_contest(now, publication=HIDDEN)
    people = [factories.enter(contest, now) for _ in range(3)]
    for person in people:
        factories.sit(contest, person, now)
    with transaction():
        refusals.refuse(people[1].participant, reason="khai sai", actor="lan", now=now)
    contest = factories.finalize_and_publish(contest, now + LATER)
    after = now + LATER + timedelta(minutes=1)
    with transaction():
        refusals.refuse(people[0].participant, reason="khai sai", actor="lan", now=after)
        refusals.lift(people[1].participant, reason="nhầm", actor="lan", now=after)
    unranked = {line["participant"]: line["unranked"] for line in lines_of(contest, to_public=True)}
    assert unranked == {each.participant.public_id: at == 1 for at, each in enumerate(people)}
    path = checking.save(tmp_path, contest, after)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None


def test_a_round_that_is_marked_by_hand_can_be_ranked_again(app, now, tmp_path):
    marked = {
        "key": "viet", "label": "Bài viết", "paper": {"mode": "marked", "points": 100},
        "ranking": {"gate": "min_score", "min_score": 20, "keys": ["score"], "fallback": "leave_unawarded"},
    }  # fmt: skip
    times = {name: factories.round_dict(now)[name] for name in ("opens_at", "closes_at")}
    contest = factories.make_contest(now, rounds=[{**marked, **times}], publication=HIDDEN)
    people = [factories.enter(contest, now) for _ in range(4)]
    text = "Mã người dự thi,Điểm\n" + "".join(
        f"{each.participant.public_id},{mark}\n" for each, mark in zip(people, (50, 100, 50, 10), strict=True)
    )
    with transaction():
        marking.upload_marks(
            contest, "viet", text.encode(), name="diem.csv", actor="lan", now=now + timedelta(minutes=5)
        )
    contest = factories.finalize_and_publish(contest, now + LATER)
    lines = lines_of(contest)
    assert sorted((line["score"], line["points"], line["perfect"]) for line in lines) == [
        (10, {"marks": 10}, False), (50, {"marks": 50}, False), (50, {"marks": 50}, False), (100, {"marks": 100}, True),
    ]  # fmt: skip
    path = checking.save(tmp_path, contest, now + LATER)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None


def test_while_a_round_is_open_its_papers_can_be_looked_at_already(app, now, tmp_path):
    contest = factories.make_contest(now, publication=HIDDEN)
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    factories.start(contest, person, now + timedelta(minutes=5))
    path = checking.save(tmp_path, contest, now, to_public=False)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None
    assert "còn đang làm" in checking.run(path).stdout


def test_a_closed_early_round_and_a_guess_about_the_whole_contest(app, now, tmp_path):
    block = {
        "paper": {"mode": "fixed", "questions": ["mau-001", "mau-002"], "points": 10},
        "prediction": {"metric": "percent_all_correct", "scope": "contest"},
        "ranking": {"gate": "none", "keys": ["score", "prediction_gap"]},
    }
    sat = (plans.Sat(0, 0, 30, 2, False, "50", False), plans.Sat(1, 0, 30, 1, False, "40", True))
    some = [plans.Somebody(None, "101", False, sat[:n]) for n in (1, 2, 2)]
    contest = plans.launched(plans.Plan((block, block), tuple(some)), now)
    for somebody in some:
        person = factories.enter(contest, now)
        for turn, one in enumerate(somebody.sat):
            plans.sit(contest, person, one, turn)
    with transaction():
        contest = factories.attempts.close_round(
            contest, "tuan-2", actor="lan", reason="xong", now=now + timedelta(hours=2, minutes=30)
        )
    end = now + timedelta(hours=3)
    contest = factories.finalize_and_publish(contest, end)
    path = checking.save(tmp_path, contest, end)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None
    assert "đếm lại đúng là 10000000" in checking.run(path).stdout
    # One round alone does not hold what a guess about the contest counts, and says so.
    alone = checking.save(tmp_path, contest, end, round_=contest.rounds[0])
    assert checking.ours(alone) is None
    assert "chưa đủ mọi vòng để đếm lại" in checking.run(alone).stdout


@pytest.mark.parametrize("people", [500, 4000])
def test_memory_does_not_grow_with_the_contest(app, now, people):
    contest = factories.make_contest(now, publication=HIDDEN)
    round_ = contest.rounds[0]
    refs = [ref for stratum in contests.get_snapshot(contest.id).blueprints["tuan-1"] for ref in stratum.pool]
    paper = [(ref, ("A", "B", "C", "D")) for ref in refs]
    ids = crowd.add_people(contest, [{} for _ in range(people)], now)
    sat = [
        crowd.Sat(each, now, now + timedelta(seconds=30), 50, True, paper=paper, answers=dict.fromkeys(refs, "A"))
        for each in ids
    ]
    with transaction():
        crowd.add_attempts(contest, round_, sat)
    db.session.remove()
    assert b"".join(raw.stream_raw(contest, None, to_public=False))  # whatever is made once is there now
    tracemalloc.start()
    count = sum(piece.count(b"\n") for piece in raw.stream_raw(contest, None, to_public=False))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == people
    # A page of attempts with their answers and lines; all 4,000 would be some 20 MB.
    assert most < 6_000_000


def test_rules_before_the_opening_say_what_everybody_may_know(app, now):
    later = {"opens_at": (now + LATER).isoformat(), "closes_at": (now + 2 * LATER).isoformat()}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **later)], publication=HIDDEN)
    public = json.loads(sheets.write_rules(contest, to_public=True, now=now))
    own = json.loads(sheets.write_rules(contest, to_public=False, now=now))
    assert public["commitment"] == contest.commitment
    assert (public["rounds"][0]["blueprint"], public["rounds"][0]["questions"]) == (None, None)
    assert "mau-" not in json.dumps(public)
    assert len(own["rounds"][0]["blueprint"][0]["pool"]) == 5
    assert not sheets.has_key(contest, to_public=False, now=now)
