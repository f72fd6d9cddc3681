"""What an area is called on a page."""

from quizapp.areas import queries as areas
from quizapp.web.area_names import long_name, name_of
from tests import factories


def test_an_area_is_called_with_what_contains_it_but_not_with_the_province(app, now):
    tree = factories.make_tree(now)
    assert long_name(tree, tree.get("101")) == "Xã Hà Tam, Huyện Đak Mẫu"
    assert long_name(tree, tree.get("10")) == "Huyện Đak Mẫu"
    assert long_name(tree, tree.root) == "Tỉnh Mẫu"


def test_people_from_elsewhere_and_from_nowhere(app, now):
    tree = factories.make_tree(now)
    outside = areas.get_tree("ngoai-tinh")
    assert name_of(tree, tree.get("121").id) == "Phường Một, Thị xã An Nghiệm"
    assert name_of(tree, outside.get("02").id) == "Tỉnh Ngoài Hai"
    assert name_of(tree, None) == ""
    assert name_of(tree, 10**6) == ""
