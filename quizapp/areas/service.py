"""Loading trees from files, and the units that staff add below their own area."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quizapp import ids
from quizapp.areas import rules
from quizapp.areas.models import Area, AreaTree
from quizapp.areas.rules import UNIT_KINDS, UNIT_LEVEL, Tree
from quizapp.areas.tree_file import TreeFile, read_tree_file
from quizapp.db import db
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.text import fold


def load_tree(data: bytes, *, name: str, now: datetime) -> tuple[AreaTree, bool]:
    """Create the tree that a file describes, or bring it to what the file says; True when anything changed.

    `name` is the file's name, for the messages of a refusal. An area that is gone from the file is retired, never
    deleted; ids stay with their codes, and units that staff added stay where they are. The same file again changes
    nothing. Raises RefusedFile as `read_tree_file`, and Conflict "area_level_in_use" when the file gives up or
    moves a level at which there are areas already, "area_root_changed" when it puts another area in the root's place.
    """
    file = read_tree_file(data, name=name)
    content_hash = ids.digest(data.decode())
    tree = db.session.scalar(select(AreaTree).where(AreaTree.slug == file.tree).with_for_update())
    if tree is None:
        tree = AreaTree(slug=file.tree)
        db.session.add(tree)
    elif tree.content_hash == content_hash:
        return tree, False
    tree.title, tree.source, tree.outside_slug = file.title, file.source, file.outside
    tree.valid_from, tree.valid_to = file.valid_from, file.valid_to
    tree.levels = [[level.key, level.label] for level in file.levels]
    tree.content_hash = content_hash
    _mark_changed(tree, now)
    db.session.flush()
    _write_areas(tree.id, file)
    return tree, True


def check_references() -> None:
    """Raise Invalid "area_reference_unknown" when a successor points into a loaded tree that has no such area.

    To be called after the last of several files: a tree that is not loaded yet may still come, so the order is free.
    """
    known: dict[str, set[str]] = {}
    for slug, code in db.session.execute(select(AreaTree.slug, Area.code).join(Area, Area.tree_id == AreaTree.id)):
        known.setdefault(slug, set()).add(code)
    successors = db.session.scalars(select(Area.successors))
    unknown = rules.dangling((rules.parse_reference(text) for texts in successors for text in texts), known)
    if unknown:
        raise Invalid("area_reference_unknown", references=sorted({str(reference) for reference in unknown}))


def add_unit(tree: Tree, parent_id: int, *, name: str, kind: str, within_area_id: int, now: datetime) -> Area:
    """Add a unit below `parent_id`, for staff whose own area is `within_area_id`.

    Raises NotFound "area_not_found" when the parent is retired or outside of the staff's subtree; Conflict
    "units_not_kept" when the tree has no level for them, "unit_below_unit", "unit_exists" (an equal name there,
    however its marks are typed); Invalid "unit_kind_unknown", "unit_name_invalid".
    """
    _refuse_outside(tree, parent_id, within_area_id)
    parent = tree.node(parent_id)
    if UNIT_LEVEL not in [level.key for level in tree.levels]:
        raise Conflict("units_not_kept", tree=tree.slug)
    if parent.level == UNIT_LEVEL:
        raise Conflict("unit_below_unit", area=parent.code)
    if kind not in UNIT_KINDS:
        raise Invalid("unit_kind_unknown", kind=kind, kinds=UNIT_KINDS)
    unit = Area(
        tree_id=tree.id,
        code=f"{rules.STAFF_CODE_PREFIX}{parent.code}-{ids.new_code(6)}",
        kind=kind,
        level=UNIT_LEVEL,
        parent_id=parent.id,
        path="",
        aliases=[],
        successors=[],
        valid_from=tree.valid_from,
        valid_to=tree.valid_to,
        added_by_staff=True,
        active=True,
    )
    _name_unit(unit, name)
    db.session.add(unit)
    _flush_unit()
    unit.path = _path((*parent.path, unit.id))
    _mark_changed(db.session.get_one(AreaTree, tree.id), now)
    db.session.flush()
    return unit


def rename_unit(tree: Tree, unit_id: int, *, name: str, within_area_id: int, now: datetime) -> Area:
    """Give a unit that staff added another name; its code and its results stay with it.

    Raises NotFound "area_not_found" for a retired unit and one outside of the staff's subtree; Conflict
    "area_from_list" for an area that came from a file, "unit_exists"; Invalid "unit_name_invalid".
    """
    unit = _staff_unit(tree, unit_id, within_area_id)
    _name_unit(unit, name)
    _flush_unit()
    _mark_changed(db.session.get_one(AreaTree, tree.id), now)
    db.session.flush()
    return unit


def retire_unit(tree: Tree, unit_id: int, *, within_area_id: int, now: datetime) -> Area:
    """Take a unit that staff added out of use; whoever took part for it stays counted there.

    Raises NotFound "area_not_found" and Conflict "area_from_list" as `rename_unit`.
    """
    unit = _staff_unit(tree, unit_id, within_area_id)
    unit.active = False
    _mark_changed(db.session.get_one(AreaTree, tree.id), now)
    db.session.flush()
    return unit


def _write_areas(tree_id: int, file: TreeFile) -> None:
    areas = {area.code: area for area in db.session.scalars(select(Area).where(Area.tree_id == tree_id))}
    listed = {row.code for row in file.areas}
    for area in areas.values():
        area.active = area.active and (area.added_by_staff or area.code in listed)
    order = {level.key: index for index, level in enumerate(file.levels)}
    for level in order:  # from the top down, with a flush between, so that every parent has its id
        for row in (row for row in file.areas if row.level == level):
            if row.code not in areas:
                areas[row.code] = Area(tree_id=tree_id, code=row.code, path="", added_by_staff=False)
            area = areas[row.code]
            area.parent_id = areas[row.parent].id if row.parent else None
            area.name, area.kind, area.level, area.active = row.name, row.kind, row.level, True
            area.name_fold, area.sort_key = fold(row.name), rules.area_sort_key(row.name, row.kind)
            area.aliases, area.successors = row.aliases, row.successors
            area.valid_from, area.valid_to = row.valid_from or file.valid_from, row.valid_to or file.valid_to
            db.session.add(area)
        db.session.flush()
    _write_paths(list(areas.values()), order)


def _write_paths(areas: list[Area], order: dict[str, int]) -> None:
    """Set every area's path, those of retired areas and of staff's units too, which the file does not list."""
    levels = {area.id: order.get(area.level, -1) for area in areas}
    misplaced = {a.level for a in areas if levels[a.id] <= (levels[a.parent_id] if a.parent_id else -1)}
    if misplaced:
        raise Conflict("area_level_in_use", levels=sorted(misplaced))
    roots = [area for area in areas if area.parent_id is None]
    if len(roots) > 1:
        raise Conflict("area_root_changed", areas=sorted(area.code for area in roots))
    paths: dict[int | None, tuple[int, ...]] = {None: ()}
    for area in sorted(areas, key=lambda area: levels[area.id]):
        paths[area.id] = (*paths[area.parent_id], area.id)
        area.path = _path(paths[area.id])
    db.session.flush()


def _refuse_outside(tree: Tree, area_id: int, within_area_id: int) -> None:
    """What lies outside of the staff's own subtree, or is retired, does not exist for them."""
    if not tree.subtree_contains(within_area_id, area_id) or not tree.is_active(tree.node(area_id)):
        raise NotFound("area_not_found", tree=tree.slug, area=area_id)


def _staff_unit(tree: Tree, unit_id: int, within_area_id: int) -> Area:
    _refuse_outside(tree, unit_id, within_area_id)
    unit = db.session.get_one(Area, unit_id)
    if not unit.added_by_staff:
        raise Conflict("area_from_list", area=unit.code)
    return unit


def _name_unit(unit: Area, typed: str) -> None:
    """Name it, unless an area with an equal name is there; `unit` keeps its old name when this refuses."""
    name = rules.unit_name(typed)
    same = select(Area.id).where(
        Area.parent_id == unit.parent_id, Area.name_fold == fold(name), Area.active, Area.id.is_distinct_from(unit.id)
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict("unit_exists")
    unit.name, unit.name_fold, unit.sort_key = name, fold(name), rules.area_sort_key(name, unit.kind)


def _flush_unit() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else added the same name since we looked
        raise Conflict("unit_exists") from error


def _mark_changed(tree: AreaTree, now: datetime) -> None:
    tree.version, tree.changed_at = secrets.randbits(62), now


def _path(ids_from_root: tuple[int, ...]) -> str:
    return "".join(f"/{area_id}" for area_id in ids_from_root) + "/"
