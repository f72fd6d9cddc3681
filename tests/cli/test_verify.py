"""`quiz verify`: exit status, what it prints, and the rankings that it writes."""

import zipfile
from datetime import timedelta

import pytest

from quizapp.records import archive
from tests import factories


@pytest.fixture
def records(app, now, tmp_path):
    """records.zip of a contest of one person."""
    contest = factories.make_contest(now, publication={"live": "hidden_until_close", "records": "public"})
    factories.sit(contest, factories.enter(contest, now), now)
    contest = factories.finalize_and_publish(contest, now + timedelta(hours=2))
    path = tmp_path / "records.zip"
    with path.open("wb") as file:
        archive.write_archive(
            file, contest, None, to_public=True, signer=factories.SIGNER, now=now + timedelta(hours=2)
        )
    return path


def run(app, *words):
    done = app.test_cli_runner().invoke(args=["quiz", "verify", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_what_agrees_is_ok_with_figures(app, records, tmp_path):
    status, out, error = run(app, records, "--write", tmp_path / "made")
    assert (status, error) == (0, "")
    assert "tuan-1: 1 lượt thi, 1 người, 1 người đúng tất cả; rút lại đúng 1 đề" in out
    assert out.endswith("OK: cuoc-thi-mau\n")
    with zipfile.ZipFile(records) as file:
        made = (tmp_path / "made" / "ranking-tuan-1.csv").read_bytes()
        assert made == file.read("ranking-tuan-1.csv")


def test_what_differs_is_named_with_both_values(app, records, tmp_path):
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(records) as file:
        file.extractall(folder)
    (folder / "manifest.json").unlink()
    text = (folder / "raw.jsonl").read_text()
    (folder / "raw.jsonl").write_text(text.replace('"score":50', '"score":60'))
    for path in (folder, folder / "raw.jsonl", folder / "ranking-tuan-1.csv"):
        status, out, error = run(app, path)
        assert (status, out) == (1, "")
        assert error.startswith("raw.jsonl, dòng 1, mục score: ")
        assert "50" in error
        assert "60" in error


def test_a_file_of_another_name_takes_the_place_of_its_kind(app, records, tmp_path):
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(records) as file:
        file.extractall(folder)
    (folder / "manifest.json").unlink()
    other = folder / "bang-da-in.csv"
    other.write_bytes((folder / "ranking-tuan-1.csv").read_bytes().replace(b"\n1,", b"\n2,"))
    assert run(app, folder)[0] == 0
    status, _, error = run(app, other)
    assert status == 1
    assert error.startswith("ranking-bang-da-in.csv, dòng 2, mục rank: ")


def test_wrong_usage_is_2(app, tmp_path):
    assert run(app)[0] == 2
    assert run(app, tmp_path / "khong-co")[0] == 2
    assert run(app, tmp_path)[0] == 1
