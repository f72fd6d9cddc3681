"""CSV files read back by other programs: what a spreadsheet would execute or alter must come back as it was."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.results import cells
from quizapp.results.files import download_name, write_csv
from quizapp.results.tables import Column, Kind, Table
from tests.results.sample_tables import HOSTILE, LETTERHEAD, NAME, PEOPLE, PHONE, table


def csv_rows(made: Table, separator: str = ",") -> list[list[str]]:
    """The file as a program reads it that knows about the apostrophe and nothing else."""
    text = b"".join(write_csv(made, separator=separator)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def csv_cell(kind: Kind, value: object, separator: str = ",") -> str:
    """One value of one kind, as it stands in the file."""
    return csv_rows(table([[value, "x"]], Column("c", "C", kind), NAME), separator)[1][0]


# --- CSV ----------------------------------------------------------------------------------------------------------


def test_csv_begins_with_the_byte_order_mark_and_the_titles() -> None:
    made = b"".join(write_csv(table([["An"]], NAME, notes=("Ghi chú",), total=["Cộng"], letterhead=LETTERHEAD)))
    assert made == b"\xef\xbb\xbf" + "Họ và tên\r\nAn\r\n".encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_csv_guards_what_would_be_executed(name: str) -> None:
    kept = name.replace("\r", "\n")
    for separator in ",;":
        cell = csv_rows(table([[name]]), separator)[1][0]
        if name[0] in "{h":
            assert cell == name
        else:
            assert cell[0] == "'"
            assert cell[1:].replace("'", "") == kept


@pytest.mark.parametrize(("written", "read"), [(",", ";"), (";", ","), (",", "\t"), (";", "\t")])
def test_csv_opened_with_another_separator_has_no_formula_either(written: str, read: str) -> None:
    hostile = [*HOSTILE, "An;=1", "An, =1", 'An" =1', "An\n=1", "An\t=1", "An;;\u3000＝1", ";=cmd|' /C calc'!A0;"]
    text = b"".join(write_csv(table([[name, name] for name in hostile], NAME, PHONE), separator=written)).decode()
    for line in text.splitlines():
        for cell in line.split(read):
            assert not re.match(r"""[\s"]*[=+\-@＝＋－＠]""", cell), line


@pytest.mark.parametrize(
    "text",
    [
        "0905123456",
        "079099001234",
        "0905 123 456",
        "10/1947",
        "3-4",
        "1234E56789",
        "19:05",
        "1.000",
        "1,5",
        "(12)",
        "5%",
    ],
)
def test_csv_marks_text_that_a_spreadsheet_would_count_with(text: str) -> None:
    assert csv_cell("text", text) == f"'{text}"


@pytest.mark.parametrize("text", [*PEOPLE, "", "Tổ 5", "A12E5", "Quận 1/2", "Khu phố 3 - thôn 4", "a@b.vn", "—", "…"])
def test_csv_leaves_other_text_as_it_is(text: str) -> None:
    assert csv_cell("text", text) == text


def test_csv_phone_numbers_keep_the_plus() -> None:
    assert csv_cell("text", "+84905123456") == "'+84905123456"


@pytest.mark.parametrize(
    ("kind", "value", "with_comma", "with_semicolon"),
    [
        ("int", 1234, "1234", "1234"),
        ("int", -5, "-5", "-5"),
        ("int", 12345678901234567, "'12345678901234567", "'12345678901234567"),
        ("decimal", Decimal("8.30"), "8.30", "8,30"),
        ("decimal", Decimal("-87.65432"), "-87.65432", "-87,65432"),
        ("decimal", Decimal("0.1234565"), "0.12", "0,12"),
        ("decimal", Decimal("1E+3"), "1000", "1000"),
        ("decimal", Fraction(25, 3), "8.33", "8,33"),
        ("decimal", Fraction(17, 2), "8.50", "8,50"),
        ("decimal", 2.675, "2.68", "2,68"),
        ("decimal", 9, "9.00", "9,00"),
        ("decimal", float("nan"), "", ""),
        ("decimal", Decimal("Infinity"), "", ""),
        ("percent", Fraction(2174, 10000), "21.74%", "21,74%"),
        ("percent", Fraction(4, 3), "133.33%", "133,33%"),
        ("percent", 1, "100.00%", "100,00%"),
        ("date", date(1947, 9, 2), "02/09/1947", "02/09/1947"),
        ("date", date(202, 3, 4), "04/03/0202", "04/03/0202"),
        ("moment", datetime(2022, 4, 24, 16, 59, 59, 999000, UTC), "24/04/2022 23:59:59", "24/04/2022 23:59:59"),
        ("moment", datetime(2022, 4, 24, 17, 0, tzinfo=UTC), "25/04/2022 00:00:00", "25/04/2022 00:00:00"),
        ("duration", 37_005, "00:37.005", "00:37,005"),
        ("duration", 75 * 60_000 + 3_120, "75:03.120", "75:03,120"),
        ("duration", -1, "'-00:00.001", "'-00:00.001"),
        ("text", None, "", ""),
        ("int", None, "", ""),
        ("int", "Tổng cộng", "Tổng cộng", "Tổng cộng"),
        ("int", "=1", "'=1", "'=1"),
    ],
)
def test_csv_writes_each_kind(kind: Kind, value: object, with_comma: str, with_semicolon: str) -> None:
    assert csv_cell(kind, value) == with_comma
    assert csv_cell(kind, value, ";") == with_semicolon


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", 1.5), ("int", Decimal(1)), ("date", datetime(2022, 1, 1, tzinfo=UTC)), ("moment", date(2022, 1, 1))],
)
def test_a_value_of_another_kind_is_refused(kind: Kind, value: object) -> None:
    with pytest.raises(TypeError, match=f"column c: .* {kind}"):
        csv_cell(kind, value)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="column c"):
        csv_cell("moment", datetime(2022, 4, 25))  # noqa: DTZ001


def test_a_row_with_too_few_values_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        csv_rows(table([["An"]], NAME, PHONE))


def test_an_unknown_separator_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ValueError, match="separator"):
        write_csv(table([]), separator="\t")  # type: ignore[arg-type]


def test_csv_of_an_empty_table_has_its_titles() -> None:
    assert csv_rows(table([], NAME, PHONE)) == [["Họ và tên", "Điện thoại"]]


def test_csv_rows_are_taken_one_chunk_at_a_time() -> None:
    taken = 0

    def source() -> Iterator[Sequence[object]]:
        nonlocal taken
        for number in range(1, 20_001):
            taken = number
            yield [f"Người {number}"]

    chunks = write_csv(table(source()))
    assert next(chunks).endswith("Họ và tên\r\n".encode())
    assert taken == 0
    for _ in range(3):
        before = taken
        assert next(chunks).count(b"\r\n") == taken - before
    assert 0 < taken < 10_000


@given(
    st.lists(st.text(alphabet=st.characters(codec=None), max_size=30), min_size=1, max_size=5), st.sampled_from(",;")
)
def test_any_text_comes_back_from_csv(names: list[str], separator: str) -> None:
    rows = csv_rows(table([[name, name] for name in names], NAME, PHONE), separator)[1:]
    for name, row in zip(names, rows, strict=True):
        assert row[0] == row[1]
        assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", row[0])
        assert row[0].replace("'", "") == cells.plain(name).replace("'", "")


@given(st.text(alphabet="'=+-@ 019aEĐ/:", max_size=12))
def test_a_reader_takes_one_apostrophe_away_and_has_the_text(text: str) -> None:
    assert csv_cell("text", text).removeprefix("'") == text


def test_the_guard_does_not_dwell_on_long_numbers() -> None:
    # A pattern that backtracks would work for minutes on these.
    text = "1" * 32_000
    assert cells.guarded(text) == "'" + text
    assert cells.guarded(text + "x") == text + "x"


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contest", "name", "area", "ext", "expected"),
    [
        ("hoa-binh-2022", "winners", None, "xlsx", "hoa-binh-2022_winners_20220425-0030.xlsx"),
        ("hoa-binh-2022", "areas", "Huyện Đak Pơ", "csv", "hoa-binh-2022_areas_huyen-dak-po_20220425-0030.csv"),
        ("a", "raw", "../../etc/passwd", "csv", "a_raw_etc-passwd_20220425-0030.csv"),
        ("a", "raw", "…", "csv", "a_raw_20220425-0030.csv"),
        ("a", "raw", 'Xã "Ia\r\nHrú"; x=1', "pdf", "a_raw_xa-ia-hru-x-1_20220425-0030.pdf"),
    ],
)
def test_download_names(contest: str, name: str, area: str | None, ext: str, expected: str) -> None:
    assert download_name(contest, name, area, datetime(2022, 4, 24, 17, 30, tzinfo=UTC), ext) == expected


@given(st.text(max_size=200))
def test_download_names_are_ascii_and_short(area: str) -> None:
    made = download_name("c", "t", area, datetime(2022, 4, 24, tzinfo=UTC), "xlsx")
    assert re.fullmatch(r"c_t_([a-z0-9]+(-[a-z0-9]+)*_)?20220424-0700\.xlsx", made)
    assert len(made) <= 100
