"""Reading area trees: whole, as an immutable index, kept in this process until the tree changes."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import aliased

from quizapp.areas import rules
from quizapp.areas.models import Area, AreaTree
from quizapp.areas.rules import AreaNode, Level, Reference, Tree
from quizapp.db import db
from quizapp.errors import NotFound
from quizapp.statements import Statement

_cache: dict[int, tuple[int, Tree]] = {}


def get_tree(slug: str) -> Tree:
    """The tree as it is now; NotFound "tree_not_found". One query by an indexed name unless the tree has changed."""
    current = db.session.execute(select(AreaTree.id, AreaTree.version).where(AreaTree.slug == slug)).one_or_none()
    if current is None:
        raise NotFound("tree_not_found", tree=slug)
    return _cached(*current)


def get_tree_by_id(tree_id: int) -> Tree:
    """The tree of that id; NotFound "tree_not_found"."""
    found = _VERSION.rows(tree=tree_id)
    if not found:
        raise NotFound("tree_not_found", tree=tree_id)
    return _cached(tree_id, found[0].version)


_VERSION = Statement(lambda _: select(AreaTree.version).where(AreaTree.id == bindparam("tree")))


def tree_of_area(area_id: int) -> Tree:
    """The tree in which the area of that id stands; NotFound "area_not_found"."""
    row = db.session.execute(
        select(AreaTree.id, AreaTree.version).join(Area, Area.tree_id == AreaTree.id).where(Area.id == area_id)
    ).one_or_none()
    if row is None:
        raise NotFound("area_not_found", area=area_id)
    return _cached(*row)


def _cached(tree_id: int, version: int) -> Tree:
    cached = _cache.get(tree_id)
    if cached is not None and cached[0] == version:
        return cached[1]
    # The version was read first: should a change slip in between, the next call sees a newer version and reads again.
    tree = _read_tree(tree_id)
    _cache[tree_id] = version, tree
    return tree


def lies_within(column: Any, top_id: int) -> ColumnElement[bool]:
    """SQL: whether the area whose id stands in `column` is the area `top_id` or lies below it; False for NULL."""
    area = aliased(Area)
    return select(area.id).where(area.id == column, area.path.contains(f"/{top_id}/")).exists()


def list_trees() -> list[Tree]:
    """Every tree, the newest first, then by slug."""
    slugs = db.session.scalars(select(AreaTree.slug).order_by(AreaTree.valid_from.desc(), AreaTree.slug)).all()
    return [get_tree(slug) for slug in slugs]


def get_area(tree_slug: str, code: str) -> AreaNode:
    """An area by its code, a retired one too (for results); NotFound "tree_not_found" or "area_not_found"."""
    return get_tree(tree_slug).get(code)


def get_active_area(tree_slug: str, code: str) -> AreaNode:
    """An area that may be chosen today; NotFound "tree_not_found", and "area_not_found" also for a retired one."""
    tree = get_tree(tree_slug)
    node = tree.get(code)
    if not tree.is_active(node):
        raise NotFound("area_not_found", tree=tree_slug, area=code)
    return node


def resolve(reference: str) -> tuple[Tree, AreaNode]:
    """The tree and the area that "gia-lai-2022:634" names; Invalid "area_reference_invalid", NotFound."""
    slug, code = rules.parse_reference(reference)
    tree = get_tree(slug)
    return tree, tree.get(code)


def children_of(tree_slug: str, parent_code: str | None = None) -> list[AreaNode]:
    """The areas directly below `parent_code`, in Vietnamese order, the root for None; NotFound for unknown names."""
    tree = get_tree(tree_slug)
    return tree.children(tree.get(parent_code) if parent_code else None)


def search(
    tree_slug: str, query: str, *, level: str | None = None, within: str | None = None, limit: int = 20
) -> list[AreaNode]:
    """At most `limit` areas that match what a person typed, as `rules.Tree.search`; `within` is an area's code."""
    tree = get_tree(tree_slug)
    return tree.search(query, level=level, within=tree.get(within) if within else None, limit=limit)


def _read_tree(tree_id: int) -> Tree:
    row = db.session.execute(
        select(
            AreaTree.slug,
            AreaTree.title,
            AreaTree.valid_from,
            AreaTree.valid_to,
            AreaTree.levels,
            AreaTree.outside_slug,
        ).where(AreaTree.id == tree_id)
    ).one()
    areas = db.session.execute(select(*Area.__table__.columns).where(Area.tree_id == tree_id)).all()
    return Tree(
        id=tree_id,
        slug=row.slug,
        title=row.title,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        levels=tuple(Level(key, label) for key, label in row.levels),
        outside=row.outside_slug,
        nodes=tuple(
            AreaNode(
                id=area.id,
                code=area.code,
                name=area.name,
                kind=area.kind,
                level=area.level,
                parent_id=area.parent_id,
                path=tuple(int(part) for part in area.path.split("/") if part),
                valid_from=area.valid_from,
                valid_to=area.valid_to,
                sort_key=area.sort_key,
                aliases=tuple(area.aliases),
                successors=tuple(Reference(*reference.split(":", 1)) for reference in area.successors),
                active=area.active,
                added_by_staff=area.added_by_staff,
            )
            for area in areas
        ),
    )
