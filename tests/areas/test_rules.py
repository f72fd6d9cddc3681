"""The tree itself: descent, Vietnamese order, search without marks. No database."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.areas import rules
from quizapp.areas.rules import AreaNode, Level, Reference, Tree
from quizapp.errors import Invalid, NotFound
from quizapp.text import fold

LEVELS = (
    Level("province", "Tỉnh"),
    Level("district", "Huyện, thị xã, thành phố"),
    Level("commune", "Xã, phường, thị trấn"),
    Level("unit", "Đơn vị cơ sở"),
)


def tree_of(*nodes: AreaNode, levels: tuple[Level, ...] = LEVELS) -> Tree:
    """A tree over the given nodes."""
    return Tree(1, "test-2022", "Cây thử", date(2021, 11, 6), None, levels, None, nodes)


def node(
    area_id: int,
    name: str,
    level: str = "district",
    *,
    above: Iterable[int] = (1,),
    kind: str = "huyện",
    aliases: tuple[str, ...] = (),
    active: bool = True,
) -> AreaNode:
    """A node whose code is its id; `above` has the ids from the root down."""
    path = (*above, area_id)
    return AreaNode(
        id=area_id,
        code=str(area_id),
        name=name,
        kind=kind,
        level=level,
        parent_id=path[-2] if len(path) > 1 else None,
        path=path,
        valid_from=date(2021, 11, 6),
        valid_to=None,
        sort_key=rules.area_sort_key(name, kind),
        aliases=aliases,
        active=active,
    )


ROOT = node(1, "Tỉnh Gia Lai", "province", above=(), kind="tỉnh")
DAK_PO = node(10, "Huyện Đăk Pơ", aliases=("Huyện Đak Pơ",))
CHU_PAH = node(11, "Huyện Chư Păh")
IA_HDRAI = node(12, "Huyện Ia H' Drai")
TOWN = node(20, "Thị trấn Đak Pơ", "commune", above=(1, 10), kind="thị trấn")
HA_TAM = node(21, "Xã Hà Tam", "commune", above=(1, 10), kind="xã")
DAK_PO_PHO = node(22, "Xã Đăk Pơ Pho", "commune", above=(1, 11), kind="xã")
OFFICE = node(30, "Chi bộ cơ quan Huyện ủy Đak Pơ", "unit", above=(1, 10), kind="chi bộ")
SCHOOL = node(31, "Trường THCS xã Hà Tam", "unit", above=(1, 10, 21), kind="trường học")
TREE = tree_of(ROOT, DAK_PO, CHU_PAH, IA_HDRAI, TOWN, HA_TAM, DAK_PO_PHO, OFFICE, SCHOOL)


def names(nodes: Iterable[AreaNode]) -> list[str]:
    return [found.name for found in nodes]


def test_descent() -> None:
    assert names(TREE.ancestors(SCHOOL)) == ["Tỉnh Gia Lai", "Huyện Đăk Pơ", "Xã Hà Tam"]
    assert TREE.ancestors(ROOT) == []
    assert TREE.descendant_ids(DAK_PO) == {20, 21, 30, 31}
    assert TREE.descendant_ids(SCHOOL) == set()
    assert TREE.root is ROOT
    assert TREE.children() == [ROOT]
    assert names(TREE.children(ROOT)) == ["Huyện Chư Păh", "Huyện Đăk Pơ", "Huyện Ia H' Drai"]
    assert TREE.has_children(HA_TAM)
    assert not TREE.has_children(SCHOOL)


def test_the_area_of_a_level_above_is_the_area_itself_at_that_level() -> None:
    assert TREE.ancestor_at(SCHOOL.id, "district") is DAK_PO
    assert TREE.ancestor_at(DAK_PO.id, "district") is DAK_PO
    assert TREE.ancestor_at(OFFICE.id, "commune") is None
    assert TREE.ancestor_at(ROOT.id, "district") is None


def test_a_subtree_contains_its_root_and_what_is_below_and_nothing_from_elsewhere() -> None:
    assert TREE.subtree_contains(DAK_PO.id, DAK_PO.id)
    assert TREE.subtree_contains(DAK_PO.id, SCHOOL.id)
    assert not TREE.subtree_contains(DAK_PO.id, ROOT.id)
    assert not TREE.subtree_contains(DAK_PO.id, CHU_PAH.id)
    assert not TREE.subtree_contains(DAK_PO.id, 999)


def test_levels_come_from_the_tree() -> None:
    assert TREE.level_index("province") == 0
    assert TREE.level_label("commune") == "Xã, phường, thị trấn"
    assert [level.key for level in TREE.levels_below("district")] == ["commune", "unit"]
    assert TREE.levels_below("unit") == ()
    assert names(TREE.at_level("commune")) == ["Thị trấn Đak Pơ", "Xã Đăk Pơ Pho", "Xã Hà Tam"]
    assert names(TREE.at_level("commune", within=DAK_PO)) == ["Thị trấn Đak Pơ", "Xã Hà Tam"]
    for ask in (TREE.level_index, TREE.level_label, TREE.levels_below, TREE.at_level):
        with pytest.raises(Invalid, match="area_level_unknown"):
            ask("ward")


def test_lookups_refuse_unknown_areas() -> None:
    assert TREE.get("10") is DAK_PO
    assert TREE.node(10) is DAK_PO
    with pytest.raises(NotFound, match="area_not_found"):
        TREE.get("999")
    with pytest.raises(NotFound, match="area_not_found"):
        TREE.node(999)


def test_a_retired_area_keeps_its_place_but_is_not_offered() -> None:
    gone = node(10, "Huyện Đăk Pơ", active=False)
    tree = tree_of(ROOT, gone, CHU_PAH, HA_TAM)
    assert tree.get("10") is gone
    assert not tree.is_active(gone)
    assert not tree.is_active(HA_TAM), "what lies below a retired area cannot be chosen either"
    assert tree.children(ROOT) == [CHU_PAH]
    assert tree.children(ROOT, retired=True) == [CHU_PAH, gone]
    assert tree.search("dak po") == tree.search("ha tam") == []
    assert tree.at_level("commune") == []
    assert tree.at_level("commune", retired=True) == [HA_TAM]
    assert tree.descendant_ids(ROOT) == {10, 11, 21}
    assert not tree_of(ROOT, gone).has_children(ROOT)


@pytest.mark.parametrize("query", ["dak po", "Đak Pơ", "đăk pơ", "ĐĂK PƠ", "  dak   po ", "po dak", "dakpo"])
def test_search_finds_every_spelling(query: str) -> None:
    found = names(TREE.search(query))
    assert found[:2] == ["Huyện Đăk Pơ", "Thị trấn Đak Pơ"] or query == "po dak"
    assert set(found) == {"Huyện Đăk Pơ", "Thị trấn Đak Pơ", "Xã Đăk Pơ Pho", "Chi bộ cơ quan Huyện ủy Đak Pơ"}


@pytest.mark.parametrize("query", ["ia hdrai", "ia h'drai", "Ia H\u2019 Drai", "ia h drai", "hdrai", "iahdrai", "ia"])
def test_search_forgives_apostrophes_and_blanks(query: str) -> None:
    assert TREE.search(query) == [IA_HDRAI]


def test_search_compares_beginnings_of_words() -> None:
    assert TREE.search("chu pah") == TREE.search("ch pa") == [CHU_PAH]
    assert TREE.search("ah") == [], "not the middle of a word"
    assert TREE.search("chu tam") == [], "every word counts"
    assert TREE.search("huyện chư păh") == [CHU_PAH]


def test_search_puts_whole_names_first_then_beginnings_then_the_rest() -> None:
    assert names(TREE.search("dak po")) == [
        "Huyện Đăk Pơ",
        "Thị trấn Đak Pơ",
        "Xã Đăk Pơ Pho",
        "Chi bộ cơ quan Huyện ủy Đak Pơ",
    ]
    tree = tree_of(ROOT, node(2, "Huyện Tân An Đông"), node(3, "Xã Tân An", "commune", above=(1, 2), kind="xã"))
    assert [found.id for found in tree.search("tan an")] == [3, 2], "a whole name beats a higher level"


def test_search_knows_aliases() -> None:
    pleiku = node(5, "Thành phố Pleiku", kind="thành phố", aliases=("Phố núi",))
    assert tree_of(ROOT, pleiku).search("pho nui") == [pleiku]


def test_search_can_be_narrowed() -> None:
    assert TREE.search("dak po", level="commune") == [TOWN, DAK_PO_PHO]
    assert TREE.search("dak po", level="commune", within=DAK_PO) == [TOWN]
    assert TREE.search("ha tam", within=HA_TAM) == [HA_TAM, SCHOOL], "the area itself counts as within"
    assert TREE.search("dak po", limit=1) == [DAK_PO]
    with pytest.raises(Invalid, match="area_level_unknown"):
        TREE.search("dak po", level="ward")


@pytest.mark.parametrize("query", ["", "  ", "'", "?!", "..."])
def test_search_for_nothing_finds_nothing(query: str) -> None:
    assert TREE.search(query) == []


@given(st.text(max_size=30))
def test_search_survives_anything_typed(query: str) -> None:
    assert len(TREE.search(query)) <= len(TREE.nodes)


@given(st.sampled_from(TREE.nodes), st.data())
def test_search_finds_a_name_by_any_beginning_of_its_words_without_marks(area: AreaNode, data: st.DataObject) -> None:
    words = fold(area.name).replace("'", "").split()
    cut = [word[: data.draw(st.integers(1, len(word)))] for word in words]
    assert area in TREE.search(" ".join(cut))


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("Huyện Đăk Pơ", "huyện", "Đăk Pơ"),
        ("Thành phố Hồ Chí Minh", "thành phố", "Hồ Chí Minh"),
        ("Quận 1", "quận", "1"),
        ("Đảng ủy Công an tỉnh", "đảng ủy trực thuộc", "Đảng ủy Công an tỉnh"),
        ("Xãm", "xã", "Xãm"),
        ("Chi bộ", "chi bộ", "Chi bộ"),
    ],
)
def test_bare_names(name: str, kind: str, bare: str) -> None:
    assert rules.bare_name(name, kind) == bare


def test_areas_are_ordered_by_bare_name_then_kind_with_numbers_as_numbers() -> None:
    ordered = [
        ("Quận 2", "quận"),
        ("Quận 10", "quận"),
        ("Thị xã An Khê", "thị xã"),
        ("Thị xã Ayun Pa", "thị xã"),
        ("Huyện Chư Păh", "huyện"),
        ("Huyện Đăk Đoa", "huyện"),
        ("Huyện Đức Cơ", "huyện"),
        ("Huyện Ia Grai", "huyện"),
        ("Thành phố Pleiku", "thành phố"),
        ("Phường Tây Sơn", "phường"),
        ("Xã Tây Sơn", "xã"),
    ]
    assert sorted(ordered, key=lambda area: rules.area_sort_key(*area)) == ordered


def test_unit_names_are_cleaned() -> None:
    assert rules.unit_name("  Chi bộ\u200b  thôn 1 ") == "Chi bộ thôn 1"
    for typed in ("", " \u200b ", "—", "x" * (rules.UNIT_NAME_MAX + 1)):
        with pytest.raises(Invalid, match="unit_name_invalid"):
            rules.unit_name(typed)


def test_references() -> None:
    reference = rules.parse_reference("gia-lai-2022:634")
    assert reference == ("gia-lai-2022", "634")
    assert str(reference) == "gia-lai-2022:634"
    for text in ("", "634", "gia-lai-2022:", ":634", "gia-lai-2022:634:1", "gia lai:634", "gia-lai-2022:634\n"):
        with pytest.raises(Invalid, match="area_reference_invalid"):
            rules.parse_reference(text)


def test_a_reference_dangles_only_when_its_tree_is_known() -> None:
    into_known, missing, later = Reference("a", "1"), Reference("a", "2"), Reference("b", "1")
    assert rules.dangling([into_known, missing, later], {"a": {"1"}}) == [missing]
