"""The file of marks: whose they are, what they may be, and every mistake at its line."""

import pytest

from quizapp.attempts import marks
from quizapp.strict_yaml import RefusedFile

PEOPLE = {"ma-mot": 11, "-ma-hai": 12, "ma-ba": 13}


def parse(text):
    return marks.parse_marks(text.encode(), PEOPLE, 100, name="diem.csv")


def test_a_line_gives_one_person_a_mark():
    text = "Mã người dự thi;Họ và tên;Điểm\nma-mot;Đinh Thị Mẫu;87\n'-ma-hai;Siu Thử;0\nma-ba;Rơ Châm Nghỉ;\n"
    assert parse(text) == {11: 87, 12: 0}


def test_names_are_for_people_only():
    assert parse("participant,score\nma-mot,100") == {11: 100}


def test_all_mistakes_are_told_at_once():
    text = "participant;score\nma-mot;101\nkhong-co;5\nma-ba;7,5\nma-mot;50\nma-mot;60\n;9\nma-ba;-1\n"
    with pytest.raises(RefusedFile) as refused:
        parse(text)
    assert [(each.line, each.code) for each in refused.value.problems] == [
        (2, "mark_invalid"),
        (3, "mark_person_unknown"),
        (4, "mark_invalid"),
        (6, "mark_twice"),
        (7, "mark_person_unknown"),
        (8, "mark_invalid"),
    ]
    assert refused.value.problems[0].params == {"value": "101", "points": 100}
    assert refused.value.problems[3].params == {"first_line": 5}


def test_a_file_without_any_mark_gives_none():
    assert parse("participant;score\nma-mot;\n") == {}
