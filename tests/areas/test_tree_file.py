"""Files of areas: the shipped ones are whole and true to their titles, a bad one is refused with every place."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from quizapp.areas.rules import parse_reference
from quizapp.areas.tree_file import TreeFile, read_tree_file
from quizapp.config import ROOT
from quizapp.messages import problem_text
from quizapp.strict_yaml import RefusedFile

FILES = sorted((ROOT / "data" / "areas").glob("*.yaml"))
TREES = {file.tree: file for file in (read_tree_file(path.read_bytes(), name=path.name) for path in FILES)}

HEAD = """\
tree: thu
title: Cây thử
valid_from: 2021-11-06
valid_to: 2025-06-30
source: tự đặt
levels:
  - {key: province, label: Tỉnh}
  - {key: commune, label: Xã}
areas:
"""
ROOT_LINE = '  - {code: "1", name: Tỉnh Thử, level: province, kind: tỉnh}\n'


def count(file: TreeFile, level: str, *, leaving_out: Sequence[str] = ()) -> int:
    return sum(row.level == level and row.kind not in leaving_out for row in file.areas)


def problems(text: str) -> list[tuple[int, str, str]]:
    """(line, path, code) of everything for which the file is refused; each has a sentence."""
    with pytest.raises(RefusedFile) as refused:
        read_tree_file(text.encode(), name="thu.yaml")
    assert all("thu.yaml:" in problem_text(problem) for problem in refused.value.problems)
    return [(problem.line, problem.path, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_is_called_like_its_tree_and_written_in_nfc(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_tree_file(text.encode(), name=path.name).tree == path.stem
    assert unicodedata.is_normalized("NFC", text)
    rows = [line for line in text.splitlines() if re.match(r" *- \{code:", line)]
    assert len(rows) == len(TREES[path.stem].areas), "one line each"


def test_gia_lai_in_2022_has_17_districts_and_220_communes() -> None:
    tree = TREES["gia-lai-2022"]
    assert (tree.valid_to and tree.valid_to.isoformat()) == "2025-06-30"
    assert count(tree, "province") == 1
    assert count(tree, "district", leaving_out=["đảng ủy trực thuộc"]) == 17
    assert count(tree, "district") == 17 + 4, "the four Party committees rank beside the districts"
    assert count(tree, "commune") == 220
    assert Counter(row.kind for row in tree.areas if row.level == "commune") == {
        "xã": 182,
        "phường": 24,
        "thị trấn": 14,
    }
    dak_po = [row.name for row in tree.areas if row.parent == "634" and row.level == "commune"]
    assert len(dak_po) == 8
    assert "Thị trấn Đak Pơ" in dak_po


def test_gia_lai_in_2025_has_135_communes_and_no_districts() -> None:
    tree = TREES["gia-lai-2025"]
    assert [level.key for level in tree.levels] == ["province", "commune", "unit"]
    assert Counter(row.kind for row in tree.areas) == {"tỉnh": 1, "xã": 110, "phường": 25}


def test_there_are_63_provinces_in_2022_and_34_from_2025() -> None:
    assert count(TREES["vietnam-2022"], "province") == 63
    assert count(TREES["vietnam-2025"], "province") == 34
    followed = {row.successors[0] for row in TREES["vietnam-2022"].areas if row.level == "province"}
    assert followed == {f"vietnam-2025:{row.code}" for row in TREES["vietnam-2025"].areas if row.level == "province"}


def test_the_provinces_of_the_reference_contests_have_what_those_rank() -> None:
    assert count(TREES["hoa-binh-2022"], "district") == 10 + 1
    assert count(TREES["quang-nam-2022"], "district") == 18
    names = {row.name for row in TREES["hoa-binh-2022"].areas}
    assert {"Thành phố Hòa Bình", "Đảng ủy Khối các Cơ quan tỉnh", "Huyện Tân Lạc", "Huyện Mai Châu"} <= names


def test_what_the_files_refer_to_is_shipped_too() -> None:
    codes = {slug: {row.code for row in file.areas} for slug, file in TREES.items()}
    for file in TREES.values():
        assert file.outside is None or file.outside in TREES
        for row in file.areas:
            for reference in map(parse_reference, row.successors):
                assert reference.code in codes[reference.tree], f"{file.tree}:{row.code} -> {reference}"


def test_every_commune_of_2022_is_followed_but_the_two_that_had_been_merged_before() -> None:
    communes = [row for row in TREES["gia-lai-2022"].areas if row.level == "commune"]
    assert [row.name for row in communes if not row.successors] == ["Xã Tân Sơn", "Xã Kông Pla"]
    new = {row.code: row.name for row in TREES["gia-lai-2025"].areas}
    for old in ("Thị trấn Đak Pơ", "Xã Hà Tam", "Xã An Thành", "Xã Yang Bắc"):
        row = next(row for row in communes if row.name == old and row.parent == "634")
        assert [new[parse_reference(reference).code] for reference in row.successors] == ["Xã Đak Pơ"]


def test_codes_stay_as_typed_and_absent_dates_are_left_to_the_tree() -> None:
    text = HEAD + ROOT_LINE + "  - {code: 007, name: '  Xã   Một ', level: commune, kind: xã, parent: 1}\n"
    row = read_tree_file(text.encode(), name="thu.yaml").areas[1]
    assert (row.code, row.name, row.parent, row.valid_from) == ("007", "Xã Một", "1", None)


def test_rows_that_do_not_fit_together_are_all_named() -> None:
    text = (
        HEAD
        + ROOT_LINE
        + """\
  - {code: "2", name: Xã Hai, level: comune, kind: xã, parent: "1"}
  - {code: "3", name: Xã Ba, level: commune, kind: xã, parent: "9"}
  - {code: "3", name: Xã Bốn, level: commune, kind: xã, parent: "1"}
  - {code: "5", name: Xã Năm, level: commune, kind: xã, parent: "3"}
  - {code: "6", name: Xã Sáu, level: commune, kind: xã}
  - {code: "7", name: Xã Bảy, level: commune, kind: xã, parent: "1", valid_to: 2021-11-05}
"""
    )
    assert problems(text) == [
        (11, "areas[1].level", "not_one_of"),
        (12, "areas[2].parent", "unknown_parent"),
        (13, "areas[3].code", "duplicate_area_code"),
        (14, "areas[4].parent", "parent_not_above"),
        (15, "areas[5]", "second_root"),
        (16, "areas[6].valid_to", "ends_before_start"),
    ]


def test_an_area_cannot_be_its_own_ancestor() -> None:
    circle = """\
  - {code: "1", name: Xã Một, level: commune, kind: xã, parent: "2"}
  - {code: "2", name: Xã Hai, level: commune, kind: xã, parent: "1"}
"""
    assert [code for *_, code in problems(HEAD + circle)] == ["parent_not_above", "parent_not_above"]


@pytest.mark.parametrize(
    ("row", "path", "code"),
    [
        ("code: a b, name: X, level: commune, kind: xã", "code", "bad_area_code"),
        ("code: u-1, name: X, level: commune, kind: xã", "code", "bad_area_code"),
        (f"code: {'9' * 65}, name: X, level: commune, kind: xã", "code", "bad_area_code"),
        ("code: a, name: ' ', level: commune, kind: xã", "name", "empty"),
        (f"code: a, name: {'x' * 201}, level: commune, kind: xã", "name", "too_long"),
        ("code: a, name: X, level: commune, kind: xã, successors: [2]", "successors[0]", "area_reference_invalid"),
        ("code: a, name: X, level: commune, kind: xã, valid_to: 1751241600", "valid_to", "not_a_date"),
        ("code: a, name: X, level: commune, kind: xã, valid_to: 2025-06-31", "valid_to", "not_a_date"),
        ("code: a, name: X, level: commune, kind: xã, perent: 1", "perent", "unknown_key"),
        ("code: a, level: commune, kind: xã", "name", "missing_key"),
    ],
)
def test_a_bad_value_is_named_with_its_line(row: str, path: str, code: str) -> None:
    assert problems(f"{HEAD}{ROOT_LINE}  - {{{row}}}\n") == [(11, f"areas[1].{path}", code)]


def test_the_head_of_a_file_is_checked_too() -> None:
    assert problems(HEAD.replace("2025-06-30", "2021-11-05") + ROOT_LINE) == [(4, "valid_to", "ends_before_start")]
    assert problems(HEAD.replace("key: commune", "key: province") + ROOT_LINE) == [
        (8, "levels[1].key", "duplicate_level")
    ]
    assert problems(HEAD.replace("source: tự đặt\n", "") + ROOT_LINE) == [(1, "source", "missing_key")]
