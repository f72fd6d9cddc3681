"""Files to take away: only the own subtree, safe for spreadsheets, remembered in the contest's history."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.exc import OperationalError

from quizapp.contests import queries as contests
from quizapp.results import csv_lines, listing
from tests import factories
from tests.web import staff_scene

PATH = "/don-vi/cuoc-thi-mau/tai"
TABLES = ("summary", "areas", "participants", "attempts", "winners", "scores")


def read_csv(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def read_xlsx(answer):
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_as_csv_and_as_workbook(people, scene, table):
    factories.finalize(scene.contest, scene.now, "tuan-1")
    for login in ("tinh", "dak-mau"):
        rows = read_csv(people(login).client.get(f"{PATH}/{table}.csv?round=tuan-1"))
        sheet = read_xlsx(people(login).client.get(f"{PATH}/{table}.xlsx?round=tuan-1"))
        titles = list(rows[0])
        head = next(number for number, row in enumerate(sheet) if row[: len(titles)] == titles)
        assert len([row for row in sheet[head + 1 :] if any(row)]) >= len(rows)


def test_the_headers_of_a_download(people):
    answer = people("dak-mau").client.get(f"{PATH}/areas.csv?round=tuan-1")
    name = "cuoc-thi-mau_areas-tuan-1_huyen-dak-mau_20250519-1500.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    workbook = people("dak-mau").client.get(f"{PATH}/areas.xlsx")
    assert workbook.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert int(workbook.headers["Content-Length"]) == len(workbook.get_data())


@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_a_file_that_cannot_be_finished_is_refused_whole(people, monkeypatch, ext):
    """Half a list of people looks like a list of people."""

    def first_then_none(read):
        def reading(*arguments, **options):
            yield next(iter(read(*arguments, **options)))[:1]
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

        return reading

    found = people("tinh").client
    for module in (csv_lines, listing):
        monkeypatch.setattr(module, "stream_rows", first_then_none(module.stream_rows))
    answer = found.get(f"{PATH}/participants.{ext}")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_the_lines_of_the_file_add_up(people):
    rows = read_csv(people("tinh").client.get(f"{PATH}/areas.csv?round=tuan-1"))
    assert sum(int(row["Số người dự thi"]) for row in rows) == 6
    assert sum(int(row["Số người đúng tất cả"]) for row in rows) == 4


def test_staff_take_away_only_their_own_people(people):
    names = {row["Họ và tên"] for row in read_csv(people("ia-thu").client.get(f"{PATH}/participants.csv"))}
    assert names == {"Rơ Châm Dung"}
    names = {row["Họ và tên"] for row in read_csv(people("dak-mau").client.get(f"{PATH}/participants.csv?area=102"))}
    assert names == {"Trần Văn Bình"}


@pytest.mark.parametrize("query", ["area=11", "area=1", "area=10&area=11", "round=tuan-9", "level=province"])
@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_nothing_from_outside_of_the_subtree(people, query, ext):
    answer = people("dak-mau").client.get(f"{PATH}/participants.{ext}?{query}")
    assert answer.status_code == 404
    assert "Rơ Châm Dung" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("file", ["users.csv", "participants.exe", "participants", "../participants.csv"])
def test_other_files_do_not_exist(people, file):
    assert people("tinh").client.get(f"{PATH}/{file}").status_code == 404


def test_sealed_scores_stay_out_of_the_files(people):
    rows = read_csv(people("dak-mau").client.get(f"{PATH}/attempts.csv"))
    week_2 = [row for row in rows if row["Vòng thi"] == "Tuần 2"]
    assert len(week_2) == 2
    for row in week_2:
        assert (row["Điểm"], row["Đúng tất cả"], row["Số dự đoán"]) == ("", "", "")
    text = people("dak-mau").client.get(f"{PATH}/attempts.csv").get_data(as_text=True)
    assert "777" not in text
    assert "888" not in text


def test_names_and_units_are_no_formulas(people):
    rows = read_csv(people("dak-mau").client.get(f"{PATH}/participants.csv"))
    found = next(row for row in rows if "HYPERLINK" in row["Họ và tên"])
    assert found["Họ và tên"] == f"'{staff_scene.FORMULA_NAME}"
    assert found["Chi bộ, cơ quan, trường"] == "'@SUM(1)"
    sheet = read_xlsx(people("dak-mau").client.get(f"{PATH}/participants.xlsx"))
    assert staff_scene.FORMULA_NAME in [cell for row in sheet for cell in row]


def test_phones_keep_their_zero_and_are_masked(people):
    rows = read_csv(people("dak-mau").client.get(f"{PATH}/participants.csv"))
    assert {row["Điện thoại"] for row in rows} == {f"09xx xxx 00{n}" for n in (1, 2, 3, 7)}
    rows = read_csv(people("tinh").client.get(f"{PATH}/participants.csv"))
    assert "'0912345001" in {row["Điện thoại"] for row in rows}


def test_downloads_stand_in_the_history(people, scene):
    people("dak-mau").client.get(f"{PATH}/participants.csv?area=101")
    people("tinh").client.get(f"{PATH}/winners.xlsx")
    acts = [(act.act, act.actor, act.reason) for act in contests.list_acts(scene.contest.id)]
    assert acts[:2] == [("export", "tinh", "winners"), ("export", "dak-mau", "participants: Xã Hà Tam")]


def test_strangers_get_no_file(people):
    assert people(None).client.get(f"{PATH}/summary.csv").status_code == 302
