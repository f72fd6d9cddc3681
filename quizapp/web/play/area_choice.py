"""Choosing an area without a script: a list to choose from, a list of provinces, and a search by name."""

from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from quizapp.areas.rules import AreaNode, Tree
from quizapp.errors import NotFound
from quizapp.text import fold
from quizapp.web.area_names import long_name

# So many areas still make a list that a phone can scroll; beyond it only the top level is listed.
_MOST_OPTIONS = 400
MOST_FOUND = 12


def area_options(tree: Tree, chosen: str = "") -> list[SelectChoice]:
    """What a plain select offers: the areas below the root, each with those below it where that is not too long.

    `chosen` is a code that may come from a search: where the list would not have it, it stands first.
    """
    top = tree.children(tree.root)
    below = {node.id: tree.children(node) for node in top}
    grouped = any(below.values()) and sum(map(len, below.values())) <= _MOST_OPTIONS
    options = []
    for node in top:
        name = node.name if grouped else None
        listed = [node, *below[node.id]] if grouped else [node]
        options += [SelectChoice(each.code, each.name, optgroup=name) for each in listed]
    first = [SelectChoice("", gettext("Chọn trong danh sách"))]
    found = find_active(tree, chosen)
    if found is not None and all(option.value != found.code for option in options):
        first.append(SelectChoice(found.code, long_name(tree, found)))
    return [*first, *options]


def find_active(tree: Tree, code: str) -> AreaNode | None:
    """The area of that code, when it may be chosen today."""
    try:
        node = tree.get(code)
    except NotFound:
        return None
    return node if tree.is_active(node) else None


def outside_options(tree: Tree, outside: Tree) -> list[SelectChoice]:
    """The provinces of the outside tree as TREE:CODE, without the contest's own."""
    own = fold(tree.root.bare_name)
    provinces = [node for node in outside.children(outside.root) if fold(node.bare_name) != own]
    first = SelectChoice("", gettext("Chọn trong danh sách"))
    return [first, *(SelectChoice(f"{outside.slug}:{node.code}", node.name) for node in provinces)]


def found_options(tree: Tree, typed: str) -> list[SelectChoice]:
    """Code and long name of the areas below the root that match what was typed, the best first."""
    found = tree.search(typed, limit=MOST_FOUND + 1)
    below = [node for node in found if node.parent_id is not None][:MOST_FOUND]
    return [SelectChoice(node.code, long_name(tree, node)) for node in below]
