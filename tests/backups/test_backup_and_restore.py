"""A backup made while people write, put back elsewhere, where the contest goes on; and what is refused."""

import json
import threading
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask_migrate import upgrade

from quizapp import redis_store
from quizapp.accounts import service as accounts
from quizapp.app import create_app
from quizapp.backups import service
from quizapp.config import Settings
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict, Invalid
from quizapp.leaderboard import boards
from tests import factories
from tests.plugins.environment import new_database
from tests.web.api.callers import Caller, choose

WRITTEN_AT = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request, tmp_path, monkeypatch):
    """Make settings of an installation of its own, without any table."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with contextmanager(_places)(request, tmp_path) as make:
        yield make


def _places(request, tmp_path):
    undo = []

    def make(name, key):
        folder = tmp_path / name
        folder.mkdir()
        if request.param == "sqlite":
            url = f"sqlite:///{folder / 'quiz.sqlite3'}"
        else:
            database = new_database(request.getfixturevalue("postgres_url"))
            url = database.__enter__()
            undo.append(database)
        return Settings(folder, url, f"unix://{folder}/none.sock", key, (), https=False)

    yield make
    for database in reversed(undo):
        database.__exit__(None, None, None)


@contextmanager
def running(settings, *, empty=False):
    """The application on these settings, inside its context, with its tables unless `empty`."""
    app = create_app(settings)
    redis_store.init_store(settings.redis_url)
    with app.app_context():
        if not empty:
            upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def somebody_writes(app):
    """Transactions one after another, in a thread of their own."""
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            with app.app_context(), transaction():
                written.append(accounts.open_session(None, now=WRITTEN_AT))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def quiz(app, *words):
    """A command's exit status and what it said."""
    done = app.test_cli_runner().invoke(args=["quiz", *map(str, words)])
    return done.exit_code, done.output


def carry_over(browser, to):
    """The cookie of a browser, to the site at another place."""
    cookie = browser.get_cookie("quiz")
    to.set_cookie("quiz", cookie.value)


def test_a_contest_goes_on_where_its_backup_is_put_back(place, tmp_path, now, monkeypatch):
    file = tmp_path / "ban-sao.quiz"
    old, new = place("cu", "k" * 40), place("moi", "another key")
    with running(old) as app:
        contest = factories.make_contest(now)
        factories.sit(contest, factories.enter(contest, now), now)
        caller = Caller(app)
        caller.enter()
        paper = caller.start()
        caller.put(f"/attempts/{paper['attempt']}/answers", {"batch": choose(paper)})
        with transaction():
            generation = boards.invalidate(contest.id)
        with somebody_writes(app) as written:
            status, told = quiz(app, "backup", file)
            soon = len(written)
        assert status == 0, told
        assert "cuoc-thi-mau: 2 người, 2 lượt thi, 1 bài đã nộp" in told
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".quiz*")] == []
    made = service.look_at(file).content
    assert 0 < made.tables["browser_sessions"].rows <= soon + 3

    with running(new, empty=True) as app:
        status, told = quiz(app, "restore", file)
        assert status == 0, told
        assert made.head in told
        assert contests.get_contest("cuoc-thi-mau").id == contest.id
        assert boards.wanted_generation(contest.id) != generation
    assert (new.data_dir / "secret_key").read_text().strip() == old.secret_key
    assert (new.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600

    with running(Settings(**{**vars(new), "secret_key": old.secret_key})) as app:
        again = Caller(app)
        carry_over(caller.browser, again.browser)
        found = again.get(f"/attempts/{paper['attempt']}").json
        assert len(found["answers"]) == len(paper["paper"]["questions"])
        again.post(f"/attempts/{paper['attempt']}/submission", {"last_rev": 1})


def test_what_is_there_is_not_overwritten_unasked(place, tmp_path, now):
    file = tmp_path / "ban-sao.quiz"
    old, new = place("cu", "k"), place("moi", "k")
    with running(old) as app:
        factories.make_contest(now)
        assert quiz(app, "backup", file)[0] == 0
        assert quiz(app, "backup", file) == (1, f"{file} đã có; hãy chọn một tên khác.\n")
    with running(new) as app:
        factories.make_contest(now, contest="cuoc-thi-khac")
        status, told = quiz(app, "restore", file)
        assert (status, "--replace" in told) == (1, True)
        assert contests.find_contest("cuoc-thi-khac") is not None
        db.session.remove()
        assert quiz(app, "restore", file, "--replace")[0] == 0
        assert [each.slug for each in contests.list_all_contests()] == ["cuoc-thi-mau"]


def test_a_product_that_runs_is_not_pulled_away(place, tmp_path, now):
    file = tmp_path / "ban-sao.quiz"
    settings = place("cu", "k")
    with running(settings) as app:
        factories.make_contest(now)
        assert quiz(app, "backup", file)[0] == 0
        contests.list_all_contests()  # a connection stays open
        with pytest.raises(Conflict, match="database_in_use"):
            service.restore(settings, file, known_revisions=frozenset({_revision(file)}), replace=True)


def test_a_file_of_another_kind_or_time_is_refused_before_anything_is_touched(place, tmp_path, now):
    file = tmp_path / "ban-sao.quiz"
    settings = place("cu", "k")
    with running(settings) as app:
        factories.make_contest(now)
        assert quiz(app, "backup", file)[0] == 0
    known = frozenset({_revision(file)})
    other = {**vars(settings), "database_url": "sqlite:////none.sqlite3"}
    if settings.is_sqlite:
        other["database_url"] = "postgresql+psycopg://quiz@127.0.0.1:1/quiz"
    with pytest.raises(Conflict, match="backup_of_other_database"):
        service.restore(Settings(**other), file, known_revisions=known, replace=True)
    with pytest.raises(Invalid, match="backup_too_new"):
        service.restore(settings, file, known_revisions=frozenset({"0001"}), replace=True)
    (tmp_path / "thu.txt").write_text("không phải bản sao lưu")
    with pytest.raises(Invalid, match="backup_broken"):
        service.restore(settings, tmp_path / "thu.txt", known_revisions=known, replace=True)
    with pytest.raises(Invalid, match="backup_broken"):
        service.restore(settings, _changed(file, sha256="0" * 64), known_revisions=known, replace=True)
    with running(settings):
        assert contests.find_contest("cuoc-thi-mau") is not None


def test_what_is_not_as_it_was_is_named(place, tmp_path, now):
    file = tmp_path / "ban-sao.quiz"
    settings = place("cu", "k")
    with running(settings) as app:
        factories.make_contest(now)
        assert quiz(app, "backup", file)[0] == 0
    content = service.look_at(file).to_json()["content"]
    content["tables"]["banks"]["hash"] = "1"
    content["head"] = "2"
    with pytest.raises(Conflict) as refused:
        service.restore(
            settings, _changed(file, content=content), known_revisions=frozenset({_revision(file)}), replace=True
        )
    assert refused.value.details["names"] == ["banks", "head"]


def _revision(file):
    return service.look_at(file).content.revision


def _changed(file, **changes):
    """A copy of the file whose manifest says something else."""
    copy = file.with_name("sua.quiz")
    copy.unlink(missing_ok=True)
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                data = json.dumps({**json.loads(data), **changes}).encode()
            target.writestr(name, data)
    return copy
