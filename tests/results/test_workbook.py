"""Workbooks read back by another program, and their XML where no reader shows what matters."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from quizapp.results import cells, workbook
from quizapp.results.tables import Column, Kind, Letterhead
from quizapp.results.workbook import write_xlsx
from tests.results.sample_tables import HOSTILE, LETTERHEAD, NAME, PEOPLE, PHONE, table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def xlsx_rows(path: Path, sheet: int = 0) -> list[list[object]]:
    """All cells of a sheet, from the first row on."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def sheet_xml(path: Path, number: int = 1) -> str:
    """The XML of a sheet."""
    return part(path, f"xl/worksheets/sheet{number}.xml")


def body(path: Path, title: str, sheet: int = 0) -> list[list[object]]:
    """The rows below the header row, which begins with `title`."""
    rows = xlsx_rows(path, sheet)
    header = next(index for index, row in enumerate(rows) if row[0] == title)
    return rows[header + 1 :]


def part(path: Path, name: str) -> str:
    """One file inside of the workbook."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def number_format(path: Path, cell: str) -> str:
    """The format code of a cell like "B7" of the first sheet."""
    styles = ElementTree.fromstring(part(path, "xl/styles.xml"))
    codes = {found.get("numFmtId"): found.get("formatCode", "") for found in styles.iter(f"{MAIN}numFmt")}
    formats = next(styles.iter(f"{MAIN}cellXfs"))
    found = ElementTree.fromstring(sheet_xml(path)).find(f".//{MAIN}c[@r='{cell}']")
    assert found is not None
    number = formats[int(found.get("s", "0"))].get("numFmtId")
    return codes.get(number, str(number))


def test_xlsx_keeps_hostile_names_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table([[name] for name in HOSTILE], total=["=1+1"], notes=("=2+2",), letterhead=LETTERHEAD), path)
    read = [row[0] for row in body(path, "Họ và tên")]
    assert read[: len(HOSTILE)] == [name.replace("\r", "\n") for name in HOSTILE]
    assert "=1+1" in read
    assert "=2+2" in read
    assert re.search(r"<f[\s>]|hyperlink", sheet_xml(path)) is None


def test_xlsx_keeps_phone_numbers_ids_and_names(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [[name, "0905123456", "079099001234"] for name in PEOPLE]
    write_xlsx(table(rows, NAME, PHONE, Column("citizen_id", "Số định danh")), path)
    assert body(path, "Họ và tên") == rows
    # The cells' own format is "text", so that they stay text when somebody edits them.
    assert {number_format(path, cell) for cell in ("A4", "B4", "C4")} == {"@"}


def test_xlsx_has_real_numbers_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    kinds: tuple[Kind, ...] = ("int", "decimal", "percent", "date", "moment", "duration")
    columns = [Column(kind, kind, kind) for kind in kinds]
    values = [-5, Decimal("8.25"), Fraction(1, 4), date(1947, 9, 2), datetime(2022, 4, 24, 17, 30, tzinfo=UTC), 83_120]
    write_xlsx(table([values], *columns), path)
    number, decimal, percent, day, moment, duration = body(path, "int")[0]
    assert (number, decimal, percent) == (-5, 8.25, 0.25)
    assert day in (date(1947, 9, 2), datetime(1947, 9, 2))  # noqa: DTZ001
    assert moment == datetime(2022, 4, 25, 0, 30)  # noqa: DTZ001
    assert duration == timedelta(milliseconds=83_120)
    assert [number_format(path, f"{letter}4") for letter in "ABCDEF"] == [
        "#,##0",
        "#,##0.00",
        "0.00%",
        "dd/mm/yyyy",
        "dd/mm/yyyy hh:mm:ss",
        "[mm]:ss.000",
    ]


def test_xlsx_writes_dates_before_excels_calendar_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    days = [[date(1890, 5, 19)], [date(1900, 2, 28)], [date(1900, 3, 1)]]
    write_xlsx(table(days, Column("day", "Ngày", "date")), path)
    first, second, third = (row[0] for row in body(path, "Ngày"))
    assert (first, second) == ("19/05/1890", "28/02/1900")
    assert (third.year, third.month, third.day) == (1900, 3, 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec=None), max_size=40), min_size=1, max_size=8))
def test_any_text_comes_back_from_a_workbook(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    write_xlsx(table([[name, "x"] for name in names], NAME, PHONE, name=names[0]), path)
    assert [row[0] for row in body(path, "Họ và tên")] == [cells.plain(name) for name in names]
    assert re.search(r"<f[\s>]", sheet_xml(path)) is None


def test_xlsx_drops_what_a_file_cannot_carry(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    name = "Ng\x00uyễn\x0b \ud800Văn\udfff\ufffe A\ufdd0\U0001ffff\x85"
    write_xlsx(table([[name], ["_x0041_"]]), path)
    assert [row[0] for row in body(path, "Họ và tên")] == ["Nguyễn Văn A", "_x0041_"]


@pytest.mark.parametrize("text", ["ă" * 40_000, "😀" * 20_000, "=" + "a," * 20_000, ",=" * 20_000])
def test_very_long_text_is_cut_where_one_sees_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table([[text], ["Sau đó"]]), path)
    in_book, after = (row[0] for row in body(path, "Họ và tên"))
    assert after == "Sau đó"
    for cut in (in_book, cells.guarded(cells.plain(text))):
        assert cut.endswith("…")
        assert cells.MAX_CELL - 1 <= len(cut.encode("utf-16-le")) // 2 <= cells.MAX_CELL
    assert text.startswith(in_book[:-1])


def test_text_of_exactly_the_limit_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    text = "a" * cells.MAX_CELL
    write_xlsx(table([[text]]), path)
    assert body(path, "Họ và tên")[0][0] == text


def test_an_empty_table_has_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table([], NAME, PHONE), path)
    assert xlsx_rows(path)[-1] == ["Họ và tên", "Điện thoại"]


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    def write(path: Path) -> bytes:
        rows = ([name, Fraction(number, 7)] for number, name in enumerate(PEOPLE))
        columns = (NAME, Column("share", "Tỷ lệ", "percent"))
        made = table(rows, *columns, total=["Cộng", None], notes=("Ghi chú",), letterhead=LETTERHEAD)
        write_xlsx([made, table([], *columns)], path)
        return path.read_bytes()

    assert write(tmp_path / "a.xlsx") == write(tmp_path / "b.xlsx")


def test_rows_beyond_a_sheet_go_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 4)
    path = tmp_path / "a.xlsx"
    numbers = [[number] for number in range(1, 10)]
    write_xlsx(table(iter(numbers), Column("n", "STT", "int"), total=["Cộng"], letterhead=LETTERHEAD), path)
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["Cá nhân", "Cá nhân (2)", "Cá nhân (3)"]
    parts = [[row[0] for row in body(path, "STT", sheet)] for sheet in range(3)]
    assert parts == [[1, 2, 3, 4], [5, 6, 7, 8], [9, "Cộng"]]


def test_exactly_a_sheet_full_needs_no_second_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_PER_SHEET", 4)
    path = tmp_path / "a.xlsx"
    write_xlsx(table([[number] for number in range(4)], Column("n", "STT", "int")), path)
    assert len(CalamineWorkbook.from_path(str(path)).sheet_names) == 1


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "party",
            [
                ["TỈNH ỦY GIA LAI", "ĐẢNG CỘNG SẢN VIỆT NAM"],
                ["BAN TUYÊN GIÁO TỈNH ỦY", "Gia Lai, ngày 25 tháng 4 năm 2022"],
                ["*", ""],
            ],
        ),
        (
            "state",
            [
                ["TỈNH ỦY GIA LAI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["BAN TUYÊN GIÁO TỈNH ỦY", "Độc lập - Tự do - Hạnh phúc"],
                ["───────", "Gia Lai, ngày 25 tháng 4 năm 2022"],
            ],
        ),
        ("custom", [["TỈNH ỦY GIA LAI", "Gia Lai, ngày 25 tháng 4 năm 2022"], ["BAN TUYÊN GIÁO TỈNH ỦY", ""]]),
    ],
)
def test_the_letterhead_depends_on_who_issues_the_table(tmp_path: Path, style: str, expected: list[list[str]]) -> None:
    path = tmp_path / "a.xlsx"
    head = Letterhead(style, LETTERHEAD.parent, LETTERHEAD.organizer, LETTERHEAD.place_date)  # type: ignore[arg-type]
    write_xlsx(table([["An", "0905"]], NAME, PHONE, letterhead=head, subtitle=("Tuần 1",)), path)
    rows = xlsx_rows(path)
    assert rows[: len(expected)] == expected
    rest = [["", ""], ["Danh sách cá nhân", ""], ["Tuần 1", ""], ["", ""], ["Họ và tên", "Điện thoại"], ["An", "0905"]]
    assert rows[len(expected) :] == rest


def test_a_table_of_one_column_stacks_its_letterhead(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table([["An"]], letterhead=Letterhead("party", None, "Huyện ủy Đak Pơ")), path)
    assert [row[0] for row in xlsx_rows(path)][:3] == ["HUYỆN ỦY ĐAK PƠ", "*", "ĐẢNG CỘNG SẢN VIỆT NAM"]


def test_the_header_stays_on_screen_and_on_every_printed_page(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(table([["An", "0905"]], NAME, PHONE), path)
    header = 1 + xlsx_rows(path).index(["Họ và tên", "Điện thoại"])
    xml = sheet_xml(path)
    assert f'<pane ySplit="{header}" topLeftCell="A{header + 1}"' in xml
    assert 'paperSize="9" ' in xml
    assert 'orientation="landscape"' in xml
    assert 'fitToHeight="0"' in xml
    assert f"!${header}:${header}</definedName>" in part(path, "xl/workbook.xml")


def test_sheets_of_one_book_have_different_names(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    names = ["Quận 1/2", "quận 1-2", "Ủy ban nhân dân xã Đak Pơ, thôn 1", "Ủy ban nhân dân xã Đak Pơ, thôn 2"]
    names += ["[a]:*?/\\", "", "'''", "History", "'Đầu'", "\x00"]
    write_xlsx([table([[name]], name=name) for name in names], path)
    made = CalamineWorkbook.from_path(str(path)).sheet_names
    assert made[:4] == [
        "Quận 1-2",
        "quận 1-2 (2)",
        "Ủy ban nhân dân xã Đak Pơ, thôn",
        "Ủy ban nhân dân xã Đak Pơ, (2)",
    ]
    assert made[4:] == ["-a------", "Sheet", "Sheet (2)", "History (2)", "Đầu", "Sheet (3)"]


@given(st.lists(st.text(alphabet=st.characters(codec=None), max_size=45), max_size=12))
def test_any_names_become_names_that_excel_accepts(names: list[str]) -> None:
    taken: set[str] = set()
    made = [workbook.sheet_name(name, taken) for name in names]
    assert len({name.casefold() for name in made}) == len(names)
    for name in made:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        assert name.strip("' ") == name


def test_a_failing_source_leaves_no_file_and_the_old_one_as_it_was(tmp_path: Path) -> None:
    def failing() -> Iterator[Sequence[object]]:
        yield ["An"]
        raise RuntimeError("the cursor died")

    path = tmp_path / "a.xlsx"
    with pytest.raises(RuntimeError, match="cursor"):
        write_xlsx(table(failing()), path)
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError, match="cursor"):
        write_xlsx(table(failing()), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
