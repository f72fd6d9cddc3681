"""`quiz import-roster`: the list of people whom a contest lets in, from a file."""

import pytest

from quizapp.contests import queries as contests
from quizapp.db import fresh_snapshot
from quizapp.entries import queries as entries
from tests import factories


@pytest.fixture
def run(app, now):
    """Run `quiz ...`: (exit status, standard output, standard error)."""

    def run(*words):
        fresh_snapshot()
        result = app.test_cli_runner().invoke(args=["quiz", *map(str, words)])
        fresh_snapshot()
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def contest(app, now):
    entry = {**factories.contest_dict(now)["entry"], "mode": "roster"}
    return factories.make_contest(now, launched=False, entry=entry)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "ds.csv"
    file.write_text("Họ và tên;Số điện thoại\nĐinh Thị Mẫu;0912345001\nSiu Thử;0912345002\n", encoding="utf-8-sig")
    return file


def test_a_contest_by_list_is_launched_with_its_list(run, contest, file):
    status, _, error = run("launch", contest.slug)
    assert (status, error.strip().splitlines()[0]) == (1, "Chưa khởi động được cuộc thi:")
    assert run("import-roster", contest.slug, file) == (0, "cuoc-thi-mau: 2 people listed\n", "")
    assert entries.count_roster(contest.id) == 2
    assert run("launch", contest.slug)[0] == 0
    assert [(act.act, act.actor) for act in contests.list_acts(contest.id)] == [
        ("launch", "cli"),
        ("import_roster", "cli"),
    ]


def test_a_faulty_list_is_refused_with_each_line(run, contest, file):
    file.write_text("full_name;phone\nĐinh Thị Mẫu;12\n;0912345002\n", encoding="utf-8")
    status, out, error = run("import-roster", contest.slug, file)
    assert (status, out) == (1, "")
    assert f"{file}:2:1 Số điện thoại: " in error
    assert f"{file}:3:1 Họ và tên: Cột “Họ và tên” còn trống." in error
    assert entries.count_roster(contest.id) == 0


def test_other_contests_and_files_are_refused(run, contest, file, now):
    factories.make_contest(now, launched=False, contest="moi-nguoi")
    assert run("import-roster", "moi-nguoi", file)[0] == 1
    assert run("import-roster", "khong-co", file)[0] == 1
    assert run("import-roster", contest.slug, file.with_name("khong-co.csv"))[0] == 2
