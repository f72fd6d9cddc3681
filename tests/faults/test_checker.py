"""The judge of the fault drills: green on what is right, red on each kind of wrong, by its name."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from faults.checker import judge
from tests.faults.planted import Planted

Change = Callable[[Planted], None]


def found(planted: Planted) -> set[str]:
    """The invariants that are broken."""
    return {violation.invariant for violation in judge(planted.case())}


@pytest.mark.parametrize("seed", range(8))
def test_a_right_contest_is_green(seed: int) -> None:
    assert judge(Planted(seed).case()) == []


def lose_a_save(planted: Planted) -> None:
    line = planted.line()
    del line["answers"][line["paper"][0][0]]


def keep_an_older_choice(planted: Planted) -> None:
    save = planted.kept("save")
    item = save.sent["batch"][0]
    again = {**item, "rev": 9, "options": []}
    planted._done(save.who, "save", save.attempt, {"batch": [again]}, {"saved": [{**item, "rev": 9}], "stale": []})


def forget_in_a_later_look(planted: Planted) -> None:
    read = planted.kept("read")
    planted._done(read.who, "read", read.attempt, None, {**read.got, "answers": read.got["answers"][1:]})


def say_nothing_of_a_choice(planted: Planted) -> None:
    planted.kept("save").got["saved"] = []


def have_two_results(planted: Planted) -> None:
    planted.raw.append(dict(planted.line()))


def lose_a_paper(planted: Planted) -> None:
    del planted.raw[0]


def have_two_receipts(planted: Planted) -> None:
    planted.receipts["p0-1"].append(b'{"code": "another"}')


def receipt_for_other_answers(planted: Planted) -> None:
    receipt = json.loads(planted.receipts["p0-1"][0])
    planted.receipts["p0-1"] = [json.dumps({**receipt, "answers_hash": "0"}).encode()]


def have_too_many_attempts(planted: Planted) -> None:
    for number in range(3, planted.material.max_attempts + 2):
        planted.raw.append({**planted.line(), "attempt": f"extra-{number}", "number": number})
        receipt = {**json.loads(planted.receipts["p0-1"][0]), "code": f"E{number}"}
        planted.receipts[f"extra-{number}"] = [json.dumps(receipt).encode()]


def move_a_deadline(planted: Planted) -> None:
    planted.kept("read").got["deadline"] = "2031-01-01T00:00:00.000Z"


def accept_too_late(planted: Planted) -> None:
    save = planted.kept("save")
    save.at = (planted.now + timedelta(days=1)).timestamp()
    save.done_at = save.at + 0.1


def refuse_too_early(planted: Planted) -> None:
    start = planted.kept("start")
    operation = planted.history.begin(start.who, "save", "p0-1", {"batch": []})
    planted.history.end(operation, 409, {"code": "attempt_closed"})
    operation.at = operation.done_at = planted.now.timestamp() - 3600


def leave_a_paper_open(planted: Planted) -> None:
    planted.line()["state"] = "open"


def end_a_paper_at_another_time(planted: Planted) -> None:
    planted.line()["finished_by"] = "deadline"


def give_another_score(planted: Planted) -> None:
    planted.line()["score"] += 1


def add_points_up_wrongly(planted: Planted) -> None:
    points = planted.line()["points"]
    points[next(iter(points))] += 1


def tell_another_score(planted: Planted) -> None:
    planted.kept("read").got["result"] = {"score": planted.line()["score"] + 1}


def turn_somebody_away(planted: Planted) -> None:
    planted.history.end(planted.history.begin("p0", "save", "p0-1", {"batch": []}), 401, {"code": "sign_in_required"})


def fail_with_another_status(planted: Planted) -> None:
    planted.history.end(planted.history.begin("p0", "save", "p0-1", {"batch": []}), 500, None)


def tell_the_key(planted: Planted) -> None:
    planted.kept("start").got["hint"] = f"Lời giải {planted.material.canaries[0]}"


def change_a_paper(planted: Planted) -> None:
    read = planted.kept("read")
    read.got["paper"] = {"questions": read.got["paper"]["questions"][::-1]}


@pytest.mark.parametrize(
    ("change", "invariant"),
    [
        (lose_a_save, "D1"),
        (keep_an_older_choice, "D2"),
        (forget_in_a_later_look, "D1"),
        (say_nothing_of_a_choice, "D10"),
        (have_two_results, "D3"),
        (lose_a_paper, "D3"),
        (have_two_receipts, "D3"),
        (receipt_for_other_answers, "D3"),
        (have_too_many_attempts, "D4"),
        (move_a_deadline, "D5"),
        (accept_too_late, "D5"),
        (refuse_too_early, "D5"),
        (leave_a_paper_open, "D6"),
        (end_a_paper_at_another_time, "D6"),
        (give_another_score, "D7"),
        (add_points_up_wrongly, "D7"),
        (tell_another_score, "D7"),
        (turn_somebody_away, "D9"),
        (fail_with_another_status, "D10"),
        (tell_the_key, "D11"),
        (change_a_paper, "D14"),
    ],
)
def test_each_wrong_is_named(change: Change, invariant: str) -> None:
    planted = Planted(3)
    change(planted)
    assert invariant in found(planted)


def _break(change: Callable[[Any], None], invariant: str) -> None:
    case = Planted(3).case()
    change(case.readings)
    assert invariant in {violation.invariant for violation in judge(case)}


def test_a_board_that_is_no_ranking_is_named() -> None:
    def swap(readings: Any) -> None:
        readings.boards["final"]["rows"][0]["rank"] += 1

    _break(swap, "D8")


def test_figures_that_do_not_add_up_are_named() -> None:
    def more(readings: Any) -> None:
        readings.areas["lines"][0]["people"] += 1

    _break(more, "D8")


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_table_with_another_score_is_named(name: str) -> None:
    def other(readings: Any) -> None:
        code, (person, score) = next(iter(readings.tables[name].items()))
        readings.tables[name][code] = (person, score + 1)

    _break(other, "D7")


def test_a_trespass_that_is_let_through_is_named() -> None:
    _break(lambda readings: readings.trespasses.update({"another one's paper": 200}), "D12")


def test_records_that_do_not_verify_are_named() -> None:
    def refuse(readings: Any) -> None:
        readings.verifier = "SAI"

    _break(refuse, "D13")


def test_an_unknown_save_may_be_there_or_not() -> None:
    for arrived in (True, False):
        planted = Planted(3)
        save = planted.kept("save")
        item = {**save.sent["batch"][0], "rev": 9, "options": ["Z"]}
        planted.history.lose(planted.history.begin(save.who, "save", save.attempt, {"batch": [item]}))
        if arrived:
            planted.line()["answers"][item["question"]] = ["Z"]
        assert not {"D1", "D2"} & found(planted)


def test_a_refused_save_may_not_be_there() -> None:
    planted = Planted(3)
    save = planted.kept("save")
    item = {**save.sent["batch"][0], "rev": 9, "options": ["Z"]}
    operation = planted.history.begin(save.who, "save", save.attempt, {"batch": [item]})
    planted.history.end(operation, 422, {"code": "option_unknown"})
    planted.line()["answers"][item["question"]] = ["Z"]
    assert {"D1", "D9"} <= found(planted)
