"""What an area is called on a page: with what contains it, and also where it lies outside of the contest's tree."""

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.errors import NotFound


def long_name(tree: Tree, node: AreaNode) -> str:
    """The area and what contains it below the root: "Xã Hà Tam, Huyện Đăk Pơ"."""
    above = [other.name for other in reversed(tree.ancestors(node)) if other.parent_id is not None]
    return ", ".join([node.name, *above])


def name_of(tree: Tree, area_id: int | None) -> str:
    """The long name of a participant's area: of the contest's tree, or of its outside tree; "" for none."""
    if area_id is None:
        return ""
    if tree.subtree_contains(tree.root.id, area_id):
        return long_name(tree, tree.node(area_id))
    try:
        outside = areas.get_tree(tree.outside) if tree.outside else areas.tree_of_area(area_id)
        return long_name(outside, outside.node(area_id))
    except NotFound:
        return ""
