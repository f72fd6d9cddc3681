"""Uploaded lists: how cells are separated, how columns are called, and what is refused at which line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp import csv_file
from quizapp.strict_yaml import RefusedFile
from quizapp.text import clean

COLUMNS = {"full_name": ("Họ và tên",), "score": ("Điểm",)}


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return csv_file.read(data, name="ds.csv", **{"columns": COLUMNS, **options})[0]


def problems(text, **options):
    data = text if isinstance(text, bytes) else text.encode()

    def read_whole():
        csv_file.read(data, name="ds.csv", **{"columns": COLUMNS, **options})[1].refuse_problems()

    with pytest.raises(RefusedFile) as refused:
        read_whole()
    return [(problem.line, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(separator, bom, end):
    lines = [["Điểm", "Họ và tên"], ["7", "Đinh Thị Mẫu"], ["", ""], ["10", "Rơ Châm Thử"]]
    text = bom + end.join(separator.join(cells) for cells in lines)
    found = read(text)
    assert [(row.line, dict(row.cells)) for row in found] == [
        (2, {"score": "7", "full_name": "Đinh Thị Mẫu"}),
        (4, {"score": "10", "full_name": "Rơ Châm Thử"}),
    ]


@pytest.mark.parametrize(
    "head", ["full_name;score", "HO VA TEN;điểm", "STT;Họ  và tên;Ghi chú;Điểm", "'Họ và tên;Điểm"]
)
def test_columns_are_told_by_their_names(head):
    row = ";".join({"score": "5", "điểm": "5", "Điểm": "5"}.get(name, "x") for name in head.split(";"))
    assert [row.cells["score"] for row in read(f"{head}\n{row}")] == ["5"]


def test_cells_are_cleaned_and_may_hold_separators_and_line_breaks():
    (row, after) = read('full_name,score\n" Nguyễn,\n Văn  A ",5\nB,6')
    assert (row.line, row.cells["full_name"]) == (2, "Nguyễn, Văn A")
    assert after.line == 4


def test_a_short_row_has_empty_cells():
    assert read("score;full_name\n5")[0].cells == {"score": "5", "full_name": ""}


def test_optional_columns_may_be_away():
    assert read("score\n5", optional=("full_name",))[0].cells == {"score": "5"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "empty_file")]),
        ("full_name;score\n;\n", [(1, "empty_file")]),
        ("\n\nho ten;diem so\nA;5", [(3, "column_missing"), (3, "column_missing")]),
        ("full_name;score;điểm\nA;5;5", [(1, "column_twice")]),
        ('full_name;score\nA;5\n"B;6\nC;7', [(3, "bad_csv")]),
        ("full_name;score\nA;5\nB;6\nC;7", [(4, "too_many_lines")]),
        (b"full_name;score\nA\xff;5", [(2, "broken_utf8")]),
        ("full_name;score".encode("utf-16"), [(1, "wrong_encoding")]),
        ("full_name;score\nA\x00;5", [(2, "control_character")]),
        ("full_name;score".encode("utf-16-le"), [(1, "wrong_encoding")]),
        ("Họ và tên\tĐiểm\n".encode() + "Đỗ\t5\n".encode("cp1258", "replace") * 9, [(2, "old_encoding")]),
        (b"PK\x03\x04" + bytes(40), [(1, "office_file")]),
        ("full_name;score\n" + ";" * 1000, [(2, "too_many_columns")]),
        (";" * 1000, [(1, "too_many_columns")]),
        ('full_name;score\n"' + "x" * 200_000, [(2, "bad_csv")]),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(text, found):
    assert problems(text, max_lines=2) == found


def test_formulas_are_texts_like_any_other():
    assert read("full_name;score\n=HYPERLINK(1);+1")[0].cells == {"full_name": "=HYPERLINK(1)", "score": "+1"}


def test_a_file_that_is_too_large_is_not_read():
    assert problems("full_name;score\n" + "A;5\n" * 100, max_bytes=100) == [(1, "file_too_large")]


def test_the_apostrophe_of_our_own_tables_is_taken_away():
    assert [csv_file.value_in(cell) for cell in ("'0912", "0912", "''a")] == ["0912", "0912", "'a"]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_cells_written_as_csv_come_back(rows):
    kept = [[clean(cell) for cell in cells] for cells in rows]
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, delimiter=";").writerows([["full_name", "score"], *kept])
    wanted = [cells for cells in kept if any(cells)]
    if not wanted:
        return
    assert [[row.cells["full_name"], row.cells["score"]] for row in read(written.getvalue())] == wanted
