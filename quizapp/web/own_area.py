"""The tree of areas in which a member of staff works, and the top of what is theirs there."""

from typing import NamedTuple

from quizapp.accounts.rules import Actor
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.errors import NotFound


class OwnArea(NamedTuple):
    """A tree and the area of it whose subtree the member of staff looks after."""

    tree: Tree
    top: AreaNode

    def find(self, code: str) -> AreaNode:
        """The area of that code within the subtree. Raises NotFound for areas elsewhere and for retired ones."""
        area = self.tree.get(code)
        if not self.tree.subtree_contains(self.top.id, area.id) or not self.tree.is_active(area):
            raise NotFound("area_not_found")
        return area

    def choices(self) -> list[tuple[str, str]]:
        """(code, indented name) of the top and of two levels below it: enough to choose from, not too many."""
        near = [(self.top.code, self.top.name)]
        for child in self.tree.children(self.top):
            near.append((child.code, f"– {child.name}"))
            near.extend((below.code, f"– – {below.name}") for below in self.tree.children(child))
        return near


def own_area(actor: Actor, tree_slug: str | None) -> OwnArea:
    """What the member of staff looks after in the tree of that slug (None = their own one).

    An administrator looks after every tree, and None then means the newest. Raises NotFound for a tree that is
    somebody else's.
    """
    if actor.area_id is None:
        slug = tree_slug or next((tree.slug for tree in areas.list_trees()), "")
        tree = areas.get_tree(slug)
        return OwnArea(tree, tree.root)
    tree = areas.tree_of_area(actor.area_id)
    if tree_slug not in (None, tree.slug):
        raise NotFound("tree_not_found", tree=tree_slug)
    return OwnArea(tree, tree.node(actor.area_id))
