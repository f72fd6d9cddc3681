"""Areas: children, search, and what an address may ask."""

import pytest

from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.db import transaction
from tests.factories import make_tree


@pytest.fixture
def tree(app, now):
    return make_tree(now)


def codes(answer):
    return [area["code"] for area in answer.json]


def test_without_a_parent_the_top_is_given(caller, tree):
    assert caller.get("/areas?tree=tinh-mau").json == [
        {"code": "1", "name": "Tỉnh Mẫu", "level": "province", "has_children": True, "above": []}
    ]
    assert codes(caller.get("/areas?tree=tinh-mau&parent=")) == ["1"]


def test_children_come_in_vietnamese_order(caller, tree):
    assert codes(caller.get("/areas?tree=tinh-mau&parent=1")) == ["12", "10", "11"]
    (first, _) = caller.get("/areas?tree=tinh-mau&parent=10").json
    assert first == {
        "code": "101",
        "name": "Xã Hà Tam",
        "level": "commune",
        "has_children": False,
        "above": ["Tỉnh Mẫu", "Huyện Đak Mẫu"],
    }


def test_the_outside_tree_is_read_the_same_way(caller, tree):
    assert codes(caller.get("/areas?tree=ngoai-tinh&parent=VN")) == ["02", "01"]


def test_a_search_forgives_missing_marks_and_stays_below_the_parent(caller, tree):
    assert codes(caller.get("/areas?tree=tinh-mau&q=ha tam")) == ["101"]
    assert codes(caller.get("/areas?tree=tinh-mau&q=mot&limit=1")) == ["121"]
    assert codes(caller.get("/areas?tree=tinh-mau&parent=11&q=mot")) == ["111"]


def test_a_retired_area_is_not_offered(caller, tree, now):
    with transaction():
        unit = areas_service.add_unit(
            tree, tree.get("101").id, name="Chi bộ thôn 1", kind="chi bộ", within_area_id=tree.root.id, now=now
        )
    assert codes(caller.get("/areas?tree=tinh-mau&parent=101")) == [unit.code]
    with transaction():
        areas_service.retire_unit(areas.get_tree("tinh-mau"), unit.id, within_area_id=tree.root.id, now=now)
    assert caller.get("/areas?tree=tinh-mau&parent=101").json == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("tree=khong-co", 404, "tree_not_found"),
        ("tree=tinh-mau&parent=999", 404, "area_not_found"),
        ("", 422, "invalid"),
        ("tree=", 422, "invalid"),
        ("tree=tinh-mau&tree=ngoai-tinh", 422, "invalid"),
        ("tree=tinh-mau&limit=0", 422, "invalid"),
        ("tree=tinh-mau&limit=101", 422, "invalid"),
        ("tree=tinh-mau&limit=٣", 422, "invalid"),
        ("tree=tinh-mau&limit=1_0", 422, "invalid"),
        ("tree=tinh-mau&limit=1.0", 422, "invalid"),
        ("tree=tinh-mau&limit=1e1", 422, "invalid"),
        ("tree=tinh-mau&limit=99999999999999999999", 422, "invalid"),
        ("tree=tinh%00mau", 422, "invalid"),
        ("tree=tinh-mau&parent=1%0a", 422, "invalid"),
        ("tree=" + "a" * 201, 422, "invalid"),
        ("tree[$gt]=", 422, "invalid"),
    ],
)
def test_what_an_address_may_not_ask(caller, tree, query, status, code):
    assert caller.get(f"/areas?{query}", status).json["code"] == code
