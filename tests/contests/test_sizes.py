"""How many people areas have: the organizers' list read with every mistake, kept by one act, summed up to a level."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Level, Tree
from quizapp.contests import queries, sizes
from quizapp.contests.sizes_file import read_number, read_sizes
from quizapp.db import transaction
from quizapp.errors import Invalid, NotFound
from quizapp.messages import text_of
from quizapp.strict_yaml import RefusedFile
from tests import factories


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


def tree():
    return areas.get_tree("tinh-mau")


def area_id(code):
    return tree().get(code).id


def read(text):
    found = read_sizes(text.encode() if isinstance(text, str) else text, tree(), name="quy-mo.csv")
    return {tree().node(known).code: people for known, people in found.items()}


def problems_of(text):
    with pytest.raises(RefusedFile) as refused:
        read(text)
    return [(problem.line, problem.code, problem.hint) for problem in refused.value.problems]


def enter(contest, people, now, *, replace=False):
    with transaction():
        wanted = {area_id(code): number for code, number in people.items()}
        sizes.set_sizes(contest, wanted, replace=replace, actor="to-chuc", now=now)


def entered(contest):
    return {tree().node(known).code: people for known, people in queries.sizes(contest.id).items()}


# --- the file ---


@pytest.mark.parametrize(
    "text",
    [
        "Mã,Số người\n10,41160\n101,9000\n",
        "\ufeffĐơn vị;Số người\nHuyện Đak Mẫu;41.160\nXã Hà Tam;9 000\n",
        "ma\tten\tso nguoi\n10\tgõ sai cũng không sao\t41160\n\tXã Hà Tam\t9000\n",
        "STT,Đơn vị,Số người\n1,huyen dak mau,41160\n2,xã hà tam,9000\n3,Xã Yang Bắc,\n",
        "Mã,Số người\n'10,'41160\n'101,9000\n",
    ],
)
def test_areas_of_any_level_are_told_by_code_or_by_name(contest, text):
    assert read(text) == {"10": 41160, "101": 9000}


def test_every_mistake_is_told_with_its_line(contest):
    text = "Mã;Đơn vị;Số người\n10;;41160\n1001;;9000\n;Xã Hà Tan;900\n;Xã Yang Bắc;chín trăm\n10;;500\n102;;0\n;;700\n"
    assert problems_of(text) == [
        (3, "size_area_unknown", "101"),
        (4, "size_area_unknown", "Xã Hà Tam"),
        (5, "size_not_a_number", None),
        (6, "size_twice", None),
        (7, "size_not_a_number", None),
        (8, "size_area_missing", None),
    ]


def test_a_name_that_several_areas_have_asks_for_the_code(app, now):
    twin = factories.TREE + '  - {code: "122b", name: Xã Hà Tam, level: commune, kind: xã, parent: "12"}\n'
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(factories, "TREE", twin)
        factories.make_contest(now)
    assert problems_of("Đơn vị,Số người\nXã Hà Tam,5\n") == [(2, "size_area_ambiguous", None)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"M\xc3\xa3,Ng\xc6\xb0\xe1\xbb\x9di\n10,5\n", "column_missing"),
        (b"Ghi ch\xc3\xba,S\xe1\xbb\x91 ng\xc6\xb0\xe1\xbb\x9di\nx,5\n", "column_missing"),
        (b"M\xc3\xa3,S\xe1\xbb\x91 ng\xc6\xb0\xe1\xbb\x9di\n\xff\xfe,5\n", "broken_utf8"),
        (b"x" * (5 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_what_is_no_such_list_is_refused(contest, data, code):
    with pytest.raises(RefusedFile) as refused:
        read(data)
    assert refused.value.problems[0].code == code


def test_the_mistakes_have_sentences(contest):
    with pytest.raises(RefusedFile) as refused:
        read("Mã;Đơn vị;Số người\nX;;5\n;;5\n10;;x\n10;;5\n10;;6\n")
    sentences = [text_of(problem.code, **problem.params) for problem in refused.value.problems]
    assert "X" in sentences[0]
    assert "dòng 5" in sentences[-1]


@given(st.integers(1, 100_000_000), st.sampled_from(["", ".", ",", " ", "\u00a0"]))
def test_a_number_is_read_however_its_thousands_are_grouped(number, sign):
    assert read_number(f"{number:,}".replace(",", sign)) == number


@pytest.mark.parametrize("typed", ["0", "-5", "1,5", "1.5", "1e3", "٣٠", "1.00.000", "100000001", "5 người", "", "½"])
def test_what_is_no_number_of_people_is_none(typed):
    assert read_number(typed) is None


# --- the act ---


def test_an_update_keeps_what_it_does_not_name_and_takes_away_what_it_empties(contest, now):
    enter(contest, {"10": 100, "11": 200}, now)
    enter(contest, {"11": None, "12": 300, "10": 150}, now)
    assert entered(contest) == {"10": 150, "12": 300}


def test_a_replacement_forgets_what_it_does_not_name(contest, now):
    enter(contest, {"10": 100, "11": 200}, now)
    enter(contest, {"11": 250}, now, replace=True)
    assert entered(contest) == {"11": 250}


def test_each_call_is_one_act_with_who_and_what(contest, now):
    enter(contest, {"10": 100}, now)
    enter(contest, {"10": 120}, now)
    enter(contest, {"10": 120, "11": 30}, now, replace=True)
    acts = [act for act in queries.list_acts(contest.id) if act.act == "set_sizes"]
    assert [act.reason for act in acts] == ["2: Σ 150", "Huyện Đak Mẫu: 100 → 120", "Huyện Đak Mẫu: – → 100"]
    assert {act.actor for act in acts} == {"to-chuc"}


@pytest.mark.parametrize("number", [0, -1, 100_000_001])
def test_an_impossible_number_is_refused_and_nothing_changes(contest, now, number):
    enter(contest, {"10": 100}, now)
    with pytest.raises(Invalid, match="size_invalid"):
        enter(contest, {"11": 5, "10": number}, now, replace=True)
    assert entered(contest) == {"10": 100}


def test_nothing_at_all_is_refused(contest, now):
    with pytest.raises(Invalid, match="sizes_missing"):
        enter(contest, {}, now, replace=True)


def test_an_area_of_another_tree_is_none_of_the_contest(contest, now):
    outside = areas.get_area("ngoai-tinh", "01").id
    with pytest.raises(NotFound), transaction():
        sizes.set_sizes(contest, {outside: 5}, replace=False, actor="to-chuc", now=now)


# --- what is known at a level ---


def known_at(level, people):
    found = sizes.sizes_at(tree(), level, {area_id(code): number for code, number in people.items()})
    return {tree().node(known).code: number for known, number in found.items()}


def test_an_own_number_goes_before_the_sum_below(contest):
    assert known_at("district", {"10": 7, "101": 2, "102": 3}) == {"10": 7}
    assert known_at("district", {"101": 2, "102": 3, "111": 9}) == {"10": 5}
    assert known_at("province", {"10": 7, "111": 1, "112": 1, "121": 1, "122": 1}) == {"1": 11}
    assert known_at("province", {"10": 7, "11": 1}) == {}
    assert known_at("commune", {"10": 7, "102": 3}) == {"102": 3}


def small_tree():
    """A province of two districts with two communes each, ids being codes."""
    day = date(2020, 1, 1)
    lines = [("1",), ("1", "10"), ("1", "11")] + [("1", code[:2], code) for code in ("101", "102", "111", "112")]
    nodes = tuple(
        AreaNode(
            id=int(line[-1]),
            code=line[-1],
            name=f"Đơn vị {line[-1]}",
            kind="đơn vị",
            level=("province", "district", "commune")[len(line) - 1],
            parent_id=int(line[-2]) if len(line) > 1 else None,
            path=tuple(int(code) for code in line),
            valid_from=day,
            valid_to=None,
            sort_key=line[-1].encode(),
        )
        for line in lines
    )
    levels = (Level("province", "Tỉnh"), Level("district", "Huyện"), Level("commune", "Xã"))
    return Tree(1, "nho", "Tỉnh nhỏ", day, None, levels, None, nodes)


@given(st.dictionaries(st.sampled_from([101, 102, 111, 112]), st.integers(1, 9)))
def test_a_sum_is_known_exactly_when_everything_below_is(people):
    found = sizes.sizes_at(small_tree(), "district", people)
    for district, communes in ((10, (101, 102)), (11, (111, 112))):
        complete = all(commune in people for commune in communes)
        assert found.get(district) == (sum(people[each] for each in communes) if complete else None)
