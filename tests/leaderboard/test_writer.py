"""Lines for the live boards: written away from the request, told when they are missed, left behind by nobody."""

import os
import subprocess
import sys
import time

import pytest

from quizapp import redis_store
from quizapp.db import transaction
from quizapp.leaderboard import boards, writer
from quizapp.leaderboard.boards import BoardLine

CONTEST = 41
LINES = [BoardLine(("r1", "r1:a7"), 5, 100)]


@pytest.fixture
def generation(app):
    with transaction():
        return boards.invalidate(CONTEST)


@pytest.fixture
def started(app, monkeypatch):
    """The writer of this process, which is ended after the test."""
    monkeypatch.setattr(writer, "PAUSE_SECONDS", 0.01)
    run_dir = app.config["QUIZ"].run_dir
    writer.start(app.app_context, run_dir)
    yield run_dir
    writer.stop()
    for note in run_dir.glob("boards.*"):
        note.unlink()


def until(reached):
    give_up_at = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def note_of(run_dir):
    return run_dir / f"boards.{os.getpid()}"


@pytest.mark.redis
def test_lines_reach_the_boards(redis_app, started):
    writer.record(CONTEST, LINES)
    until(lambda: redis_store.board_score(CONTEST, "r1:a7", "5") == 100)


@pytest.mark.redis
def test_what_waits_is_written_before_the_process_ends(redis_app, started):
    writer.announce(CONTEST)
    writer.record(CONTEST, LINES * 100)
    writer.stop()
    assert redis_store.board_score(CONTEST, "r1", "5") == 100
    assert not note_of(started).exists()


def test_what_redis_misses_makes_the_boards_invalid(app, generation, started):
    writer.record(CONTEST, LINES)
    until(lambda: _fresh_generation() != generation)


def test_without_a_writer_the_same_happens_at_once(app, generation):
    writer.record(CONTEST, LINES)
    assert _fresh_generation() != generation


def test_more_lines_than_can_be_kept_make_the_boards_invalid(app, generation, monkeypatch, started):
    monkeypatch.setattr(writer, "_MOST_LINES", 3)
    writer.record(CONTEST, LINES * 4)
    until(lambda: _fresh_generation() != generation)


def test_a_killed_process_leaves_a_note_and_the_next_one_makes_the_boards_invalid(app, generation, tmp_path):
    run_dir = app.config["QUIZ"].run_dir
    run_dir.mkdir(exist_ok=True)
    killed = (
        "import os, signal; from pathlib import Path; from quizapp.leaderboard.writer import _Note\n"
        f"note = _Note(Path({str(run_dir)!r})); note.open(); note.write([{CONTEST}, 7]); note.write([{CONTEST}])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed], check=False)
    assert len(list(run_dir.glob("boards.*"))) == 1

    writer.start(app.app_context, run_dir)
    try:
        until(lambda: _fresh_generation() != generation)
    finally:
        writer.stop()
    assert list(run_dir.glob("boards.*")) == []


def test_a_contest_is_in_the_note_while_its_lines_are_awaited(app, started, monkeypatch):
    writer.announce(CONTEST)
    assert note_of(started).read_text() == f"{CONTEST}\n"
    assert writer.orphaned(started) == set()
    assert note_of(started).exists()


def _fresh_generation():
    with transaction():
        return boards.wanted_generation(CONTEST)
