"""Loading and reloading trees, and the units that staff keep below their own area."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from quizapp.areas import queries, service
from quizapp.areas.models import Area
from quizapp.areas.rules import Tree
from quizapp.config import ROOT
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.strict_yaml import RefusedFile

Load = Callable[[str], bool]

HEAD = """\
tree: thu-2022
title: Tỉnh Thử
valid_from: 2021-11-06
valid_to: 2025-06-30
source: tự đặt
levels: [{key: province, label: Tỉnh}, {key: district, label: Huyện}, {key: unit, label: Đơn vị}]
areas:
  - {code: "1", name: Tỉnh Thử, level: province, kind: tỉnh}
"""
EAST = '  - {code: "2", name: Huyện Đông, level: district, kind: huyện, parent: "1"}\n'
WEST = '  - {code: "3", name: Huyện Tây, level: district, kind: huyện, parent: "1"}\n'


@pytest.fixture
def tree(load: Load) -> Tree:
    """A province with two districts, Đông (code 2) and Tây (code 3)."""
    load(HEAD + EAST + WEST)
    return queries.get_tree("thu-2022")


def add(tree: Tree, parent: str, name: str, now: datetime, *, within: str = "2", kind: str = "chi bộ") -> str:
    """Add a unit, committed; its code."""
    with transaction():
        unit = service.add_unit(
            tree, tree.get(parent).id, name=name, kind=kind, within_area_id=tree.get(within).id, now=now
        )
    return unit.code


# Loading


def test_every_shipped_file_loads_and_refers_only_to_what_is_there(app: Flask, now: datetime) -> None:
    with transaction():
        for path in sorted((ROOT / "data" / "areas").glob("*.yaml")):
            assert service.load_tree(path.read_bytes(), name=path.name, now=now)[1]
            service.check_references()
    for tree in queries.list_trees():
        assert len(tree.children()) == 1, "one root"
        assert tree.outside is None or queries.get_tree(tree.outside).slug == tree.outside
        for node in tree.nodes:
            assert node.path[-1] == node.id
            assert node.path[:-1] == (tree.node(node.parent_id).path if node.parent_id else ())
            above = [tree.level_index(other.level) for other in [*tree.ancestors(node), node]]
            assert above == sorted(set(above)), "each level lies below the one before"


def test_the_same_file_again_changes_nothing(app: Flask, load: Load, now: datetime) -> None:
    assert load(HEAD + EAST)
    before = queries.get_tree("thu-2022")
    assert not load(HEAD + EAST)
    assert queries.get_tree("thu-2022") is before


def test_a_changed_file_keeps_ids_retires_what_is_gone_and_keeps_the_units_of_staff(
    tree: Tree, load: Load, now: datetime
) -> None:
    unit = add(tree, "2", "Chi bộ thôn 1", now)
    renamed = EAST.replace("Huyện Đông", "Thị xã Đông").replace("kind: huyện", "kind: thị xã")
    new = '  - {code: "4", name: Huyện Nam, level: district, kind: huyện, parent: "1", valid_from: 2023-01-01}\n'
    assert load(HEAD.replace("Tỉnh Thử\nvalid", "Tỉnh Thử Nghiệm\nvalid") + renamed + new)
    after = queries.get_tree("thu-2022")
    assert after.title == "Tỉnh Thử Nghiệm"
    assert {code: after.get(code).id for code in "123"} == {code: tree.get(code).id for code in "123"}
    assert (after.get("2").name, after.get("2").bare_name) == ("Thị xã Đông", "Đông")
    assert not after.get("3").active
    assert after.is_active(after.get(unit))
    assert after.get("4").valid_from.isoformat() == "2023-01-01"
    assert [child.name for child in after.children(after.get("1"))] == ["Thị xã Đông", "Huyện Nam"]


def test_an_area_that_comes_back_is_the_same_area(tree: Tree, load: Load) -> None:
    load(HEAD + EAST)
    load(HEAD + EAST + WEST)
    back = queries.get_area("thu-2022", "3")
    assert back.active
    assert back.id == tree.get("3").id


def test_units_move_with_an_area_that_the_file_moves(tree: Tree, load: Load, now: datetime) -> None:
    unit = add(tree, "2", "Chi bộ thôn 1", now)
    levels = HEAD.replace("{key: district", "{key: region, label: Vùng}, {key: district")
    region = '  - {code: "9", name: Vùng Đông, level: region, kind: vùng, parent: "1"}\n'
    load(levels + region + EAST.replace('parent: "1"', 'parent: "9"') + WEST)
    after = queries.get_tree("thu-2022")
    assert [above.code for above in after.ancestors(after.get(unit))] == ["1", "9", "2"]


def test_a_level_that_is_in_use_cannot_be_given_up(tree: Tree, load: Load, now: datetime) -> None:
    add(tree, "2", "Chi bộ thôn 1", now)
    before = queries.get_tree("thu-2022")
    with pytest.raises(Conflict, match="area_level_in_use") as refused:
        load(HEAD.replace(", {key: unit, label: Đơn vị}", "") + EAST + WEST)
    assert refused.value.details == {"levels": ["unit"]}
    turned = HEAD.replace("{key: district, label: Huyện}, {key: unit, label: Đơn vị}", "{key: unit, label: Đơn vị}")
    with pytest.raises(Conflict, match="area_level_in_use"):
        load(turned + EAST.replace("district", "unit") + WEST.replace("district", "unit"))
    assert queries.get_tree("thu-2022") is before, "a refused file changes nothing"


def test_the_root_stays_the_root(tree: Tree, load: Load) -> None:
    with pytest.raises(Conflict, match="area_root_changed") as refused:
        load(HEAD.replace('code: "1"', 'code: "9"') + EAST.replace('parent: "1"', 'parent: "9"'))
    assert refused.value.details == {"areas": ["1", "9"]}
    assert queries.get_tree("thu-2022") is tree


def test_a_refused_file_changes_nothing(tree: Tree, load: Load) -> None:
    with pytest.raises(RefusedFile):
        load(HEAD + EAST + EAST)
    assert queries.get_tree("thu-2022") is tree


def test_references_are_checked_once_their_tree_is_there(load: Load) -> None:
    load(HEAD + EAST.replace("}", ', successors: ["thu-2025:7"]}'))
    service.check_references()
    later = HEAD.replace("thu-2022", "thu-2025").replace("valid_to: 2025-06-30\n", "")
    load(later + EAST)
    with pytest.raises(Invalid, match="area_reference_unknown") as refused:
        service.check_references()
    assert refused.value.details == {"references": ["thu-2025:7"]}
    load(later + EAST + WEST.replace('"3"', '"7"'))
    service.check_references()


# Units of staff


def test_staff_add_units_below_their_own_area(tree: Tree, now: datetime) -> None:
    own = add(tree, "2", "  Chi bộ   thôn 1 ", now)
    after = queries.get_tree("thu-2022")
    unit = after.get(own)
    assert (unit.name, unit.kind, unit.level, unit.added_by_staff) == ("Chi bộ thôn 1", "chi bộ", "unit", True)
    assert own.startswith("u-2-")
    assert (unit.valid_from, unit.valid_to) == (tree.valid_from, tree.valid_to)
    assert [above.code for above in after.ancestors(unit)] == ["1", "2"]
    assert after.search("thon 1") == [unit]


def test_what_is_outside_of_the_staff_s_area_does_not_exist_for_them(tree: Tree, load: Load, now: datetime) -> None:
    for parent in ("1", "3"):
        with pytest.raises(NotFound, match="area_not_found"):
            add(tree, parent, "Chi bộ thôn 1", now, within="2")
    with pytest.raises(NotFound, match="area_not_found"):
        service.add_unit(tree, 999, name="Chi bộ thôn 1", kind="chi bộ", within_area_id=tree.get("1").id, now=now)
    unit = add(tree, "3", "Chi bộ thôn 1", now, within="1")
    after = queries.get_tree("thu-2022")
    with pytest.raises(NotFound, match="area_not_found"):
        service.rename_unit(after, after.get(unit).id, name="Khác", within_area_id=after.get("2").id, now=now)
    with pytest.raises(NotFound, match="area_not_found"):
        service.retire_unit(after, after.get(unit).id, within_area_id=after.get("2").id, now=now)
    load(HEAD + EAST)
    with pytest.raises(NotFound, match="area_not_found"):
        add(queries.get_tree("thu-2022"), "3", "Chi bộ thôn 2", now, within="1")


def test_a_name_is_given_once_under_one_parent_whatever_its_marks(tree: Tree, now: datetime) -> None:
    add(tree, "2", "Chi bộ Đak Pơ", now)
    for typed in ("Chi bộ Đak Pơ", "chi bộ  đăk pơ", "CHI BO DAK PO"):
        with pytest.raises(Conflict, match="unit_exists"):
            add(tree, "2", typed, now)
    add(tree, "3", "Chi bộ Đak Pơ", now, within="3")


def test_a_listed_area_s_name_is_taken_too(tree: Tree, now: datetime) -> None:
    with pytest.raises(Conflict, match="unit_exists"):
        add(tree, "1", "huyen dong", now, within="1")


def test_of_two_who_add_the_same_unit_at_once_one_succeeds(
    tree: Tree, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tree, "2", "Chi bộ thôn 1", now)

    def looked_before_the_other_was_there(unit: Area, typed: str) -> None:
        unit.name, unit.name_fold, unit.sort_key = typed, "chi bo thon 1", b""

    monkeypatch.setattr(service, "_name_unit", looked_before_the_other_was_there)
    with pytest.raises(Conflict, match="unit_exists"):
        add(tree, "2", "Chi bộ thôn 1", now)
    assert len(queries.get_tree("thu-2022").nodes) == 4


@pytest.mark.parametrize(
    ("kind", "name", "error", "code"),
    [
        ("huyện", "Chi bộ thôn 1", Invalid, "unit_kind_unknown"),
        ("chi bộ", "   ", Invalid, "unit_name_invalid"),
    ],
)
def test_kinds_and_names_are_checked(
    tree: Tree, now: datetime, kind: str, name: str, error: type[Exception], code: str
) -> None:
    with pytest.raises(error, match=code):
        add(tree, "2", name, now, kind=kind)


def test_units_go_only_where_a_tree_keeps_them(tree: Tree, load: Load, now: datetime) -> None:
    unit = add(tree, "2", "Chi bộ thôn 1", now)
    with pytest.raises(Conflict, match="unit_below_unit"):
        add(queries.get_tree("thu-2022"), unit, "Chi bộ nhỏ", now)
    load(HEAD.replace("thu-2022", "khac").replace(", {key: unit, label: Đơn vị}", "") + EAST)
    with pytest.raises(Conflict, match="units_not_kept"):
        add(queries.get_tree("khac"), "2", "Chi bộ thôn 1", now)


def test_a_unit_can_be_renamed_and_keeps_its_code(tree: Tree, now: datetime) -> None:
    first, second = add(tree, "2", "Chi bộ thôn 1", now), add(tree, "2", "Chi bộ thôn 2", now)
    tree = queries.get_tree("thu-2022")
    east = tree.get("2").id
    with transaction():
        service.rename_unit(tree, tree.get(first).id, name="Chi bộ Thôn 1", within_area_id=east, now=now)
    assert queries.get_area("thu-2022", first).name == "Chi bộ Thôn 1"
    with pytest.raises(Conflict, match="unit_exists"), transaction():
        service.rename_unit(tree, tree.get(second).id, name="Chi bộ thôn 1", within_area_id=east, now=now)
    with pytest.raises(Invalid, match="unit_name_invalid"), transaction():
        service.rename_unit(tree, tree.get(second).id, name="", within_area_id=east, now=now)
    assert queries.get_area("thu-2022", second).name == "Chi bộ thôn 2"


def test_a_retired_unit_keeps_its_name_and_frees_it(tree: Tree, now: datetime) -> None:
    first = add(tree, "2", "Chi bộ thôn 1", now)
    tree = queries.get_tree("thu-2022")
    unit, east = tree.get(first), tree.get("2")
    with transaction():
        service.retire_unit(tree, unit.id, within_area_id=east.id, now=now)
    tree = queries.get_tree("thu-2022")
    assert tree.children(tree.get("2")) == []
    assert queries.get_area("thu-2022", first).name == "Chi bộ thôn 1"
    with pytest.raises(NotFound, match="area_not_found"):
        queries.get_active_area("thu-2022", first)
    for act in (
        lambda: service.retire_unit(tree, unit.id, within_area_id=east.id, now=now),
        lambda: service.rename_unit(tree, unit.id, name="Khác", within_area_id=east.id, now=now),
    ):
        with pytest.raises(NotFound, match="area_not_found"):
            act()
    again = add(tree, "2", "Chi bộ thôn 1", now)
    assert again != first


def test_areas_from_files_cannot_be_changed_by_staff(gia_lai: Tree, now: datetime) -> None:
    district = gia_lai.get("634")
    sample = next(node for node in gia_lai.children(district) if node.level == "unit")
    for area in (district, sample):
        with pytest.raises(Conflict, match="area_from_list"):
            service.rename_unit(gia_lai, area.id, name="Khác", within_area_id=district.id, now=now)
        with pytest.raises(Conflict, match="area_from_list"):
            service.retire_unit(gia_lai, area.id, within_area_id=district.id, now=now)
