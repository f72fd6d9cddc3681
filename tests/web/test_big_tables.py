"""Big tables are written by another process: the same bytes, and no file when that process fails."""

import io
import json
import subprocess
import zipfile

import pytest

from quizapp.accounts.rules import Role
from quizapp.web import big_tables
from tests import factories
from tests.web.api.callers import Caller

EXPORTS = "/contests/cuoc-thi-mau/exports"


@pytest.fixture
def organizer(app, now):
    contest = factories.make_contest(now)
    for number in range(3):
        person = factories.enter(contest, now, full_name=f"Đỗ Thị Thử {number}", area="101")
        factories.sit(contest, person, now, right=number)
    factories.make_staff("to-chuc", Role.ORGANIZER, "1", now)
    factories.make_staff("huyen-11", Role.DISTRICT, "11", now)
    return Caller(app).sign_in("to-chuc")


def contents(data, ext):
    """The bytes; of a workbook those of its parts, since the archive also notes the umask of whoever wrote them."""
    if ext == "csv":
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {part: book.read(part) for part in book.namelist()}


@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_another_process_writes_the_same_bytes(organizer, monkeypatch, ext):
    here = contents(organizer.get(f"{EXPORTS}/attempts.{ext}?round=tuan-1").data, ext)
    monkeypatch.setattr(big_tables, "LINES", 3)
    asked = []
    run = subprocess.run

    def noted(command, **options):
        asked.append(command[-1])
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", noted)
    assert contents(organizer.get(f"{EXPORTS}/attempts.{ext}?round=tuan-1").data, ext) == here
    assert asked == ["write-table"]


def test_the_other_process_keeps_to_the_same_part(app, organizer, monkeypatch):
    monkeypatch.setattr(big_tables, "LINES", 0)
    district = Caller(app).sign_in("huyen-11")
    assert "Đỗ Thị Thử" in organizer.get(f"{EXPORTS}/participants.csv").get_data(as_text=True)
    assert "Đỗ Thị Thử" not in district.get(f"{EXPORTS}/participants.csv").get_data(as_text=True)


def test_a_process_that_fails_gives_an_error_and_no_file(organizer, monkeypatch):
    monkeypatch.setattr(big_tables, "LINES", 1)

    def broken(command, *, input, **options):
        assert json.loads(input)["table"] == "attempts"
        return subprocess.CompletedProcess(command, 1, b"", b"no space left on device")

    monkeypatch.setattr(subprocess, "run", broken)
    answer = organizer.get(f"{EXPORTS}/attempts.csv", 500)
    assert "Content-Disposition" not in answer.headers
