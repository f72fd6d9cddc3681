"""The contract's commands: what they do, their exit status, and where the reason goes."""

from datetime import timedelta

import pytest

from quizapp import clock, redis_store
from quizapp.accounts import links
from quizapp.accounts import queries as accounts
from quizapp.accounts.rules import Role
from quizapp.cli import prepare, staff, worker
from quizapp.contests import queries as contests
from quizapp.contests.rules import ContestState
from quizapp.db import fresh_snapshot
from quizapp.leaderboard import boards
from tests import factories
from tests.accounts.test_second_factor import enrol


@pytest.fixture
def run(app, now):
    """Run `quiz ...`: (exit status, standard output, standard error)."""
    runner = app.test_cli_runner()

    def run(*words, typed=None):
        fresh_snapshot()
        result = runner.invoke(args=["quiz", *map(str, words)], input=typed)
        fresh_snapshot()
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def contest_file(tmp_path, app, now):
    factories.make_tree(now)
    factories.make_bank(now)
    file = tmp_path / "contest.yaml"
    file.write_bytes(factories.contest_yaml(now))
    return file


def test_a_contest_from_file_to_launch_to_close(run, contest_file, now):
    assert run("check-contest", contest_file)[0] == 0
    assert run("import-contest", contest_file, "--area", "tinh-mau:10")[0] == 0
    assert run("import-contest", contest_file)[1].strip() == "cuoc-thi-mau: unchanged"
    assert run("launch", "cuoc-thi-mau")[0] == 0
    assert contests.get_contest("cuoc-thi-mau").state(now) is ContestState.OPEN
    status, _, error = run("launch", "cuoc-thi-mau")
    assert (status, "đã được khởi động" in error) == (1, True)
    assert run("close-round", "cuoc-thi-mau", "tuan-1")[0] == 0
    assert contests.get_contest("cuoc-thi-mau").state(now) is ContestState.CLOSED


def test_a_faulty_file_is_refused_with_file_line_and_column(run, contest_file):
    text = contest_file.read_text(encoding="utf-8").replace("prize_cap", "x").replace("mode: fixed", "mode: fixde")
    contest_file.write_text(text, encoding="utf-8")
    status, out, error = run("check-contest", contest_file)
    line = next(i for i, row in enumerate(text.splitlines(), start=1) if "fixde" in row)
    assert (status, out) == (1, "")
    assert f"{contest_file}:{line}:" in error
    assert "fixed" in error


def test_unknown_names_are_refused_and_wrong_usage_is_2(run, contest_file):
    assert run("launch", "khong-co")[0] == 1
    assert run("import-contest", contest_file, "--area", "tinh-mau:999")[0] == 1
    assert run("launch")[0] == 2
    assert run("check-contest", "/khong/co/tep.yaml")[0] == 2
    assert run("khong-co-lenh")[0] == 2


def test_staff_are_created_with_a_password_from_standard_input(run, contest_file):
    status, _, _ = run("create-staff", "can-bo", "--role", "district", "--area", "tinh-mau:10", typed="mat-khau-dai\n")
    assert status == 0
    again, _, error = run(
        "create-staff", "can-bo", "--role", "district", "--area", "tinh-mau:10", typed="mat-khau-dai\n"
    )
    assert (again, bool(error)) == (1, True)
    assert run("create-staff", "khac", "--role", "district", "--area", "tinh-mau:10", typed="ngan\n")[0] == 1
    assert run("create-staff", "khac", "--role", "admin", "--area", "tinh-mau:10", typed="mat-khau-dai\n")[0] == 2
    status, token, _ = run("create-token", "can-bo")
    assert (status, len(token.strip())) == (0, 43)
    assert run("create-token", "khong-co")[0] == 1


def test_a_password_that_is_easily_guessed_is_remarked_upon(run, contest_file):
    arguments = ("create-staff", "can-bo", "--role", "district", "--area", "tinh-mau:10")
    status, _, error = run(*arguments, typed="matkhau123\n")
    assert status == 0
    assert "rất dễ đoán" in error


def test_whoever_runs_the_machine_helps_those_who_are_locked_out(run, contest_file, app, now):
    run("create-staff", "can-bo", "--role", "district", "--area", "tinh-mau:10", typed="mat-khau-dai\n")
    user_id = accounts.get_user_id("can-bo")
    enrol(accounts.get_user(user_id), now)
    status, link, _ = run("staff-link", "can-bo")
    assert status == 0
    path, secret = link.strip().split("?ma=")
    assert path == "/tai-khoan/dat-mat-khau"
    assert links.find_link(secret, now=clock.now()).login == "can-bo"
    assert run("drop-second-factor", "can-bo")[0] == 0
    assert not accounts.has_second_factor(user_id)
    token = run("create-token", "can-bo")[1].strip()
    assert run("end-tokens", "can-bo")[:2] == (0, "can-bo: 1 ended\n")
    assert accounts.find_actor_by_token(token) is None
    assert [run(command, "khong-co")[0] for command in ("staff-link", "drop-second-factor", "end-tokens")] == [1, 1, 1]


def test_the_first_administrator_is_created_once(app, now):
    assert staff.ensure_admin("quan-tri", "mat-khau-quan-tri") == ("quan-tri", "mat-khau-quan-tri")
    assert staff.ensure_admin("khac", "mat-khau-khac-nua") is None


def test_an_administrator_without_a_given_password_gets_a_good_one(app, now):
    login, password = staff.ensure_admin(None, None)
    assert (login, len(password) >= 16) == ("admin", True)


@pytest.mark.redis
def test_rebuilding_boards_from_the_command_line(run, redis_url, app, now):
    contest = factories.make_contest(now)
    factories.sit(contest, factories.enter(contest, now), now)
    assert run("rebuild-leaderboard", contest.slug)[0] == 1  # no Redis
    redis_store.init_store(redis_url)
    status, out, _ = run("rebuild-leaderboard", contest.slug)
    assert (status, out.strip()) == (0, "cuoc-thi-mau: 1 lines")
    assert boards.is_complete(contest.id)


def test_what_is_shipped_is_loaded_once_and_kept(app, now):
    prepare.load_shipped(now)
    first = {contest.slug: contest for contest in contests.list_public_contests()}
    assert set(first) == {
        "gia-lai-2022-hcm-demo",
        "dak-po-2021-demo",
        "hoa-binh-2022-hcm-demo",
        "quang-nam-2022-thcs-demo",
        "luyen-tap-demo",
    }
    assert {contest.state(now) for contest in first.values()} == {ContestState.OPEN}
    assert len(first["dak-po-2021-demo"].rounds) == 8
    with clock.frozen_at(now + timedelta(days=300)):
        prepare.load_shipped(clock.now())
    assert {contest.slug: contest for contest in contests.list_public_contests()} == first


@pytest.mark.redis
def test_a_round_of_the_worker_settles_and_mends_boards(redis_app, now):
    contest = factories.make_contest(now)
    people = [factories.enter(contest, now) for _ in range(3)]
    attempts = [factories.start(contest, person, now) for person in people]
    worker.run_once(attempts[0].deadline)
    assert boards.is_complete(contest.id)
    assert factories.attempts.queries.list_due(contest.id, before=now + timedelta(days=1), limit=9) != []
    worker.run_once(attempts[0].deadline + timedelta(seconds=10))
    assert factories.attempts.queries.list_due(contest.id, before=now + timedelta(days=1), limit=9) == []


def test_organizers_by_command_belong_to_their_area(run, contest_file):
    run("create-staff", "to-chuc", "--role", "organizer", "--area", "tinh-mau:10", typed="mat-khau-dai\n")
    (user,) = [user for user in accounts.list_staff() if user.login == "to-chuc"]
    assert (user.role, user.area_id) == (Role.ORGANIZER, factories.areas.get_area("tinh-mau", "10").id)


def test_what_fails_for_one_contest_does_not_stop_the_others(app, now, monkeypatch, caplog):
    broken = factories.make_contest(now)
    sound = factories.make_contest(now, contest="cuoc-thi-khac")
    attempts = [factories.start(contest, factories.enter(contest, now), now) for contest in (broken, sound)]
    settle_due = factories.attempts.settle_due

    def failing(contest, **options):
        if contest.id == broken.id:
            raise RuntimeError("hỏng")
        return settle_due(contest, **options)

    monkeypatch.setattr(worker.service, "settle_due", failing)
    worker.run_once(attempts[0].deadline + timedelta(seconds=10))
    due = [factories.attempts.queries.list_due(c.id, before=now + timedelta(days=1), limit=9) for c in (broken, sound)]
    assert due == [[attempts[0].id], []]
