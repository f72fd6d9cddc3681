"""The HTTP bench sends what the product takes, and reckons with what it found; how fast is not asked here."""

import json
from argparse import Namespace

import pytest

from bench.http import closing, profile, run, servers
from bench.http.cells import CELLS, ask, check, confirm_saved, load_of
from bench.http.load import CellFailed, Found
from bench.http.rounds import Turns

SMALL = Namespace(writers=3, supply=3, members=40)
DIRECT = [cell for cell in CELLS if not cell.front]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The product as it is deployed, with a small crowd; its server and the folder of requests."""
    folder = tmp_path_factory.mktemp("requests")
    with servers.product("sqlite") as product:
        run.prepare(product, folder, SMALL)
        yield product, folder


@pytest.mark.parametrize("cell", DIRECT, ids=[cell.name for cell in DIRECT])
def test_a_cell_is_answered_as_it_should_be(filled, cell):
    product, folder = filled
    assert check(cell, product.port, folder) > 50


def test_an_answer_of_another_kind_fails_the_cell(filled):
    product, folder = filled
    (save,) = (cell for cell in CELLS if cell.name == "save")
    stranger = folder / "stranger"
    stranger.mkdir()
    cookie, csrf, attempt, questions = (folder / "writers.tsv").read_text().splitlines()[0].split("\t")
    (stranger / "writers.tsv").write_text("\t".join((cookie, csrf, "nobody", questions)) + "\n")
    with pytest.raises(CellFailed, match="404"):
        check(save, product.port, stranger)


def test_saves_that_are_not_there_are_noticed(filled):
    product, folder = filled
    with pytest.raises(CellFailed, match="not there"):
        confirm_saved(product.port, folder, 1)


def test_people_are_used_up_one_after_the_other_and_others_come_again(tmp_path):
    arguments = {cell.name: load_of(cell, tmp_path, 2, 5).arguments for cell in CELLS if cell.file}
    assert arguments["start"][1:4] == ("5", "1000000", "once")
    assert arguments["paper"][1:4] == ("0", "1000000", "again")


def test_the_floor_takes_and_gives():
    with servers.floor() as floor:
        assert ask(floor.port, "GET", "/", {}) == (200, b'{"ok":true}')
        body = json.dumps({"batch": []})
        assert ask(floor.port, "POST", "/", {"Content-Type": "application/json"}, body) == (200, b'{"ok":true}')


def test_the_middle_of_the_turns_counts():
    turns = Turns()
    for requests in (100, 300, 200):
        turns.add(Found(requests, 2.0, 1.0, 9.0, 0, 80.0), app=0.03, behind=0.006, foreign=0.1)
    summary = turns.summary()
    assert summary["per_second"] == 100
    assert summary["app_us"] == 150
    assert summary["behind_us"] == 30
    assert summary["turns"] == [50, 150, 100]


def test_memory_that_grows_and_then_stands_still_has_no_slope():
    grown = [(float(second), 1000 + min(second, 10) * 100) for second in range(60)]
    growing = [(float(second), 1000 + second * 3) for second in range(60)]
    assert closing.Memory({1: grown}).slope_kib() == 0
    assert closing.Memory({1: growing}).slope_kib() == pytest.approx(3)
    assert closing.Memory({1: grown, 2: growing}).largest_mib() == pytest.approx(2000 / 1024, abs=0.1)


def test_samples_of_one_function_add_up():
    told = profile.told(["main (a.py:1);save (b.py:10) 3", "main (a.py:2);save (b.py:12) 5", "main (a.py:2) 2"])
    assert told[:3] == ["ended in:", "   80.0% save (b.py)", "   20.0% main (a.py)"]
    assert "  100.0% main (a.py)" in told
