"""The plain list of areas, and the search."""

from dataclasses import replace

from quizapp.areas import queries as areas
from quizapp.areas import service
from quizapp.db import transaction
from quizapp.web.play import area_choice
from quizapp.web.play.area_choice import area_options, found_options, outside_options
from tests import factories


def values(options):
    return [option.value for option in options]


def test_a_short_list_has_two_levels_and_a_long_one_only_the_first(app, now, monkeypatch):
    tree = factories.make_tree(now)
    options = area_options(tree)
    assert values(options) == ["", "12", "122", "121", "10", "101", "102", "11", "112", "111"]
    assert {option.optgroup for option in options[1:4]} == {"Thị xã An Nghiệm"}
    monkeypatch.setattr(area_choice, "_MOST_OPTIONS", 5)
    assert values(area_options(tree)) == ["", "12", "10", "11"]
    assert values(area_options(tree, "101")) == ["", "101", "12", "10", "11"]


def test_a_unit_that_was_found_stands_first_and_a_made_up_one_does_not(app, now):
    tree = factories.make_tree(now)
    with transaction():
        unit = service.add_unit(
            tree, tree.get("101").id, name="Chi bộ thôn 1", kind="chi bộ", within_area_id=tree.root.id, now=now
        )
    tree = areas.get_tree("tinh-mau")
    first = area_options(tree, unit.code)[1]
    assert (first.value, first.label) == (unit.code, "Chi bộ thôn 1, Xã Hà Tam, Huyện Đak Mẫu")
    assert values(area_options(tree, "khong-co")) == values(area_options(tree))
    assert [option.label for option in found_options(tree, "chi bo thon")] == [first.label]
    with transaction():
        service.retire_unit(tree, unit.id, within_area_id=tree.root.id, now=now)
    tree = areas.get_tree("tinh-mau")
    assert unit.code not in values(area_options(tree, unit.code))
    assert found_options(tree, "chi bo thon") == []


def test_a_search_never_offers_the_whole_province(app, now):
    tree = factories.make_tree(now)
    assert values(found_options(tree, "mau")) == ["10"]


def test_the_contests_own_province_is_not_among_those_outside(app, now):
    tree, outside = factories.make_tree(now), areas.get_tree("ngoai-tinh")
    assert values(outside_options(tree, outside)) == ["", "ngoai-tinh:02", "ngoai-tinh:01"]
    assert values(outside_options(outside, tree)) == ["", "tinh-mau:12", "tinh-mau:10", "tinh-mau:11"]
    same = areas.get_tree("ngoai-tinh")
    assert "ngoai-tinh:01" not in values(outside_options(_named(tree, "Tỉnh Ngoài Một"), same))


def _named(tree, name):
    """The tree with another root's name."""
    return replace(tree, nodes=tuple(replace(n, name=name) if n.parent_id is None else n for n in tree.nodes))
