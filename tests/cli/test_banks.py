"""Commands on question banks: exit status, what goes where, and that files come back as they were."""

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from quizapp.areas import queries as areas
from quizapp.banks import queries
from quizapp.cli.banks import check_bank, lint_banks
from tests import factories
from tests.pictures import png, shown

GOOD = """\
bank: thu
title: Bộ thử
questions:
  - id: t-1
    question: Tác phẩm nào ra đời trước?
    options: {A: Một, B: Hai}
    answer: A
    topic: thu
    difficulty: nhan-biet
    explanation: Vì vậy.
    source: {title: Sách}
"""
PICTURED = GOOD + "    image: a.png\n    image_alt: Ảnh\n"
BAD = GOOD.replace("answer: A", "answer: C").replace("bank: thu", "bank: Thử").replace("topic", "topik")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "tot.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "xau.yaml"
    path.write_text(BAD, encoding="utf-8")
    return path


def quiz(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["quiz", *args])


def test_check_bank_needs_no_application(good: Path) -> None:
    done = CliRunner().invoke(check_bank, [str(good)])
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{good}: đạt, 1 câu hỏi\n", "")


def test_check_bank_prints_every_problem_and_still_names_the_good_files(good: Path, bad: Path) -> None:
    done = CliRunner().invoke(check_bank, [str(bad), str(good)])
    assert (done.exit_code, done.stdout) == (1, f"{good}: đạt, 1 câu hỏi\n")
    heads = [line for line in done.stderr.splitlines() if line.startswith(str(bad))]
    assert [head.removeprefix(f"{bad}:").split(" ")[0] for head in heads] == ["1:7", "4:5", "7:13", "8:5"]
    assert "    topik: thu\n      ^\n  Có phải ý là “topic”?\n" in done.stderr


def test_check_bank_looks_at_the_pictures_beside_the_file(good: Path) -> None:
    good.write_text(PICTURED, encoding="utf-8")
    missing = CliRunner().invoke(check_bank, [str(good)])
    assert missing.exit_code == 1
    assert f"{good}:12:12 questions[0].image: Không thấy tệp ảnh “a.png”" in missing.stderr
    (good.parent / "a.png").write_bytes(b"GIF89a")
    assert "không phải là ảnh" in CliRunner().invoke(check_bank, [str(good)]).stderr
    (good.parent / "a.png").write_bytes(png())
    assert CliRunner().invoke(check_bank, [str(good)]).exit_code == 0


@pytest.mark.parametrize("command", [check_bank, lint_banks])
def test_wrong_usage(command: object, tmp_path: Path) -> None:
    assert CliRunner().invoke(command, []).exit_code == 2
    assert CliRunner().invoke(command, [str(tmp_path / "khong-co.yaml")]).exit_code == 2
    assert CliRunner().invoke(command, [str(tmp_path)]).exit_code == 2


def test_lint_banks_takes_the_files_together(good: Path, bad: Path) -> None:
    other = good.with_name("hai.yaml")
    other.write_text(
        GOOD.replace("bank: thu", "bank: hai").replace("    source: {title: Sách}\n", ""), encoding="utf-8"
    )
    alone = CliRunner().invoke(lint_banks, [str(other)])
    assert (alone.exit_code, alone.stdout.splitlines()) == (
        0,
        ["lưu ý hai/t-1: Câu hỏi chưa ghi nguồn.", "1 bộ câu hỏi: 0 lỗi, 1 điều cần lưu ý"],
    )
    both = CliRunner().invoke(lint_banks, [str(good), str(other)])
    assert both.exit_code == 1
    assert "LỖI thu/t-1 hai/t-1: Hai câu hỏi giống hệt nhau." in both.stdout
    assert both.stdout.endswith("2 bộ câu hỏi: 1 lỗi, 2 điều cần lưu ý\n")
    refused = CliRunner().invoke(lint_banks, [str(good), str(bad)])
    assert refused.exit_code == 1
    assert refused.stdout == "1 bộ câu hỏi: 0 lỗi, 0 điều cần lưu ý\n"


def test_import_and_export(app: Flask, good: Path) -> None:
    first = quiz(app, "import-bank", str(good))
    assert (first.exit_code, first.stdout) == (0, "Đã nhập bộ câu hỏi “thu”: 1 câu hỏi\n")
    again = quiz(app, "import-bank", str(good))
    assert (again.exit_code, again.stdout) == (0, "Bộ câu hỏi “thu” không thay đổi: 1 câu hỏi\n")
    assert queries.get_bank("thu").question("t-1").answer == {"A"}
    out = quiz(app, "export-bank", "thu")
    assert (out.exit_code, out.stdout_bytes) == (0, good.read_bytes())


def test_import_takes_the_pictures_along(app: Flask, good: Path) -> None:
    good.write_text(PICTURED, encoding="utf-8")
    assert quiz(app, "import-bank", str(good)).exit_code == 1
    assert queries.find_record("thu") is None
    (good.parent / "a.png").write_bytes(png(5, 4))
    assert quiz(app, "import-bank", str(good)).exit_code == 0
    image = queries.get_bank("thu").question("t-1").image
    assert image is not None
    assert queries.image_data(image.digest, "png") == shown(png(5, 4))


def test_a_bank_can_be_one_areas(app: Flask, good: Path, now: datetime) -> None:
    """And with that area's rights no other bank is replaced; without an area every one is."""
    factories.make_tree(now)
    assert quiz(app, "import-bank", str(good), "--area", "tinh-mau:10").exit_code == 0
    owner = areas.get_area("tinh-mau", "10").id
    assert queries.find_record("thu").owner_area_id == owner
    refused = quiz(app, "import-bank", str(good), "--area", "tinh-mau:11")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Mã bộ câu hỏi “thu” đã được dùng" in refused.stderr
    good.write_text(GOOD.replace("Hai", "Ba"), encoding="utf-8")
    assert quiz(app, "import-bank", str(good)).exit_code == 0
    assert queries.find_record("thu").owner_area_id == owner


def test_refused_import_and_unknown_bank(app: Flask, bad: Path) -> None:
    refused = quiz(app, "import-bank", str(bad))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (
        f"{bad}:7:13 questions[0].answer: Đáp án “C” không phải là một phương án của câu này (A, B)." in refused.stderr
    )
    assert queries.find_record("thu") is None
    unknown = quiz(app, "export-bank", "khong-co")
    assert (unknown.exit_code, unknown.stdout, unknown.stderr) == (1, "", "Không có bộ câu hỏi “khong-co”.\n")
