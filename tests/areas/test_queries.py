"""Reading trees: the cache follows every change and nothing else; the shipped areas are found as people type them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import event, null, select

from quizapp.areas import queries, service
from quizapp.areas.models import Area
from quizapp.areas.rules import Tree
from quizapp.db import db, transaction
from quizapp.errors import Invalid, NotFound


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The SELECT statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_an_unchanged_tree_costs_one_query(gia_lai: Tree) -> None:
    with counted_queries() as sent:
        assert queries.get_tree("gia-lai-2022") is gia_lai
        assert len(sent) == 1


def test_a_change_is_seen_at_once_and_only_its_own_tree_is_read_again(gia_lai: Tree, now: datetime) -> None:
    district = gia_lai.get("634")
    with transaction():
        service.add_unit(gia_lai, district.id, name="Chi bộ thôn 9", kind="chi bộ", within_area_id=district.id, now=now)
    with counted_queries() as sent:
        assert len(queries.get_tree("gia-lai-2022").nodes) == len(gia_lai.nodes) + 1
        assert len(sent) == 3


def test_a_change_that_is_rolled_back_leaves_nothing_behind_in_the_cache(gia_lai: Tree, now: datetime) -> None:
    district = gia_lai.get("634")

    def add(name: str) -> None:
        service.add_unit(gia_lai, district.id, name=name, kind="chi bộ", within_area_id=district.id, now=now)
        assert queries.search("gia-lai-2022", name)

    def add_and_fail() -> None:
        with transaction():
            add("Chi bộ Bằng Lăng")
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        add_and_fail()
    with transaction():
        add("Chi bộ Phong Lan")
    assert queries.search("gia-lai-2022", "phong lan")
    assert queries.search("gia-lai-2022", "bang lang") == []


def test_trees_are_listed_the_newest_first(load: Callable[[str], bool], gia_lai: Tree) -> None:
    load(
        "tree: moi\ntitle: Mới\nvalid_from: 2025-07-01\nsource: tự đặt\nlevels: [{key: province, label: Tỉnh}]\n"
        "areas:\n  - {code: a, name: Tỉnh Mới, level: province, kind: tỉnh}\n"
    )
    assert [tree.slug for tree in queries.list_trees()] == ["moi", "gia-lai-2022"]


def test_a_tree_is_found_by_its_id_and_by_any_of_its_areas(gia_lai: Tree) -> None:
    assert queries.get_tree_by_id(gia_lai.id) is gia_lai
    assert queries.tree_of_area(gia_lai.get("634").id) is gia_lai


def test_what_does_not_exist_is_not_found(gia_lai: Tree) -> None:
    with pytest.raises(NotFound, match="tree_not_found"):
        queries.get_tree_by_id(99)
    with pytest.raises(NotFound, match="area_not_found"):
        queries.tree_of_area(99_999)
    with pytest.raises(NotFound, match="tree_not_found"):
        queries.get_tree("gia-lai-1999")
    for ask in (queries.get_area, queries.get_active_area, queries.children_of):
        with pytest.raises(NotFound, match="area_not_found"):
            ask("gia-lai-2022", "999")
        with pytest.raises(NotFound, match="tree_not_found"):
            ask("gia-lai-1999", "634")


def test_a_reference_names_an_area_of_a_tree(gia_lai: Tree) -> None:
    tree, area = queries.resolve("gia-lai-2022:634")
    assert (tree.slug, area.name) == ("gia-lai-2022", "Huyện Đăk Pơ")
    with pytest.raises(Invalid, match="area_reference_invalid"):
        queries.resolve("634")


def test_children_are_in_vietnamese_order(gia_lai: Tree) -> None:
    assert [area.name for area in queries.children_of("gia-lai-2022")] == ["Tỉnh Gia Lai"]
    districts = queries.children_of("gia-lai-2022", "64")
    assert [area.bare_name for area in districts if area.kind != "đảng ủy trực thuộc"] == [
        "An Khê", "Ayun Pa", "Chư Păh", "Chư Prông", "Chư Pưh", "Chư Sê", "Đăk Đoa", "Đăk Pơ", "Đức Cơ", "Ia Grai",
        "Ia Pa", "KBang", "Kông Chro", "Krông Pa", "Mang Yang", "Phú Thiện", "Pleiku",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dak po", "Huyện Đăk Pơ"),
        ("Đak Pơ", "Huyện Đăk Pơ"),
        ("đăk pơ", "Huyện Đăk Pơ"),
        ("thi tran dak po", "Thị trấn Đak Pơ"),
        ("chu pah", "Huyện Chư Păh"),
        ("plei ku", "Thành phố Pleiku"),
        ("kbang", "Huyện KBang"),
        ("k'bang", "Huyện KBang"),
        ("h'neng", "Xã H' Neng"),
        ("hneng", "Xã H' Neng"),
        ("ia hdreh", "Xã Ia HDreh"),
        ("cong an", "Đảng ủy Công an tỉnh"),
    ],
)
def test_shipped_areas_are_found_as_people_type_them(gia_lai: Tree, typed: str, first: str) -> None:
    assert queries.search("gia-lai-2022", typed)[0].name == first


def test_both_spellings_are_found_whichever_is_typed(gia_lai: Tree) -> None:
    for typed in ("dak po", "Đak Pơ", "Đăk Pơ"):
        assert [area.name for area in queries.search("gia-lai-2022", typed, limit=2)] == [
            "Huyện Đăk Pơ",
            "Thị trấn Đak Pơ",
        ]


def test_search_can_be_kept_to_a_level_and_a_subtree(gia_lai: Tree) -> None:
    found = queries.search("gia-lai-2022", "tan an", level="commune", within="634")
    assert [area.name for area in found] == ["Xã Tân An"]


def test_the_database_knows_the_subtree_of_an_area_as_the_tree_does(gia_lai: Tree) -> None:
    """Of whatever number: areas whose numbers end or begin alike are no relatives."""
    root, ids = gia_lai.root.id, [node.id for node in gia_lai.nodes]
    alike = sorted({int(str(area_id)[:1]) for area_id in ids} | {int(str(area_id)[-1:]) for area_id in ids})
    for top in (root, gia_lai.get("634").id, *alike, *ids[:12]):
        found = db.session.scalars(select(Area.id).where(queries.lies_within(Area.id, top))).all()
        assert set(found) & set(ids) == {each for each in ids if gia_lai.subtree_contains(top, each)}
    assert not db.session.scalar(select(queries.lies_within(null(), root)))
