"""A versioned tree of areas: levels, descent, Vietnamese order, and search that forgives missing marks.

An area is anything that people take part for: a province, a district, a commune, a Party committee, a school. Which
levels there are, and what they are called, is the tree's own business; only the lowest, "unit", has a meaning here:
it is the one at which staff may add areas of their own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from quizapp.errors import Invalid, NotFound
from quizapp.text import clean, fold, sort_key

UNIT_LEVEL = "unit"
UNIT_KINDS = (
    "chi bộ",
    "cơ quan",
    "trường học",
    "thôn, làng",
    "tổ dân phố",
    "đoàn thể",
    "doanh nghiệp",
)
UNIT_NAME_MAX = 120
STAFF_CODE_PREFIX = "u-"

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


class Level(NamedTuple):
    """One storey of a tree: `key` for files and code ("district"), `label` for people ("Huyện, thị xã, thành phố")."""

    key: str
    label: str


class Reference(NamedTuple):
    """An area named from outside of its tree, written `TREE:CODE`."""

    tree: str
    code: str

    def __str__(self) -> str:
        return f"{self.tree}:{self.code}"


@dataclass(frozen=True, eq=False)
class AreaNode:
    """One area as a tree holds it. `path` has the ids from the root down to the area itself.

    `valid_from` and `valid_to` are whole days, both included; `valid_to` None means until further notice.
    A retired area (`active` False) keeps its place, so that old results keep their names.
    """

    id: int
    code: str
    name: str
    kind: str
    level: str
    parent_id: int | None
    path: tuple[int, ...]
    valid_from: date
    valid_to: date | None
    sort_key: bytes
    aliases: tuple[str, ...] = ()
    successors: tuple[Reference, ...] = ()
    active: bool = True
    added_by_staff: bool = False

    @property
    def bare_name(self) -> str:
        """The name without its kind: "Đăk Pơ" of "Huyện Đăk Pơ"."""
        return bare_name(self.name, self.kind)


@dataclass(frozen=True, eq=False)
class Tree:
    """An immutable index over the areas of one tree, retired ones included. `levels` run from the top down."""

    id: int
    slug: str
    title: str
    valid_from: date
    valid_to: date | None
    levels: tuple[Level, ...]
    outside: str | None
    nodes: tuple[AreaNode, ...] = field(repr=False)

    @property
    def root(self) -> AreaNode:
        """The one area that contains all others."""
        return self._children[None][0]

    def node(self, area_id: int) -> AreaNode:
        """The area with this id, retired or not; NotFound "area_not_found"."""
        try:
            return self._by_id[area_id]
        except KeyError:
            raise NotFound("area_not_found", tree=self.slug, area=area_id) from None

    def get(self, code: str) -> AreaNode:
        """The area with this code, retired or not; NotFound "area_not_found"."""
        try:
            return self._by_code[code]
        except KeyError:
            raise NotFound("area_not_found", tree=self.slug, area=code) from None

    def is_active(self, node: AreaNode) -> bool:
        """Whether the area may be chosen today: neither it nor anything above it is retired."""
        return all(self._by_id[area_id].active for area_id in node.path)

    def children(self, node: AreaNode | None = None, *, retired: bool = False) -> list[AreaNode]:
        """The areas directly below `node` in Vietnamese order, the root for None; with `retired`, those as well."""
        below = self._children.get(node.id if node else None, ())
        return [child for child in below if retired or child.active]

    def has_children(self, node: AreaNode) -> bool:
        """Whether `children(node)` would give any."""
        return any(child.active for child in self._children.get(node.id, ()))

    def ancestors(self, node: AreaNode) -> list[AreaNode]:
        """The areas above `node`, from the root down, without the node itself."""
        return [self._by_id[area_id] for area_id in node.path[:-1]]

    def ancestor_at(self, area_id: int, level: str) -> AreaNode | None:
        """The area at `level` that contains `area_id` or is it; None where the line has no such level.

        A Party cell directly below a district, for one, has no commune.
        """
        line = (self._by_id[above] for above in self.node(area_id).path)
        return next((node for node in line if node.level == level), None)

    def descendant_ids(self, node: AreaNode) -> frozenset[int]:
        """The ids of everything below `node`, retired ones included, without the node itself."""
        return frozenset(other.id for other in self.nodes if node.id in other.path[:-1])

    def subtree_contains(self, root_id: int, area_id: int) -> bool:
        """Whether `area_id` is the area `root_id` or lies below it; False for ids of other trees."""
        node = self._by_id.get(area_id)
        return node is not None and root_id in node.path

    def level_index(self, level: str) -> int:
        """0 for the topmost level; Invalid "area_level_unknown"."""
        for index, known in enumerate(self.levels):
            if known.key == level:
                return index
        raise Invalid("area_level_unknown", tree=self.slug, level=level)

    def level_label(self, level: str) -> str:
        """What people call the level in this tree; Invalid "area_level_unknown"."""
        return self.levels[self.level_index(level)].label

    def levels_below(self, level: str) -> tuple[Level, ...]:
        """The levels under `level`, from the top down; Invalid "area_level_unknown"."""
        return self.levels[self.level_index(level) + 1 :]

    def at_level(self, level: str, *, within: AreaNode | None = None, retired: bool = False) -> list[AreaNode]:
        """The areas of `level` in Vietnamese order, only those in the subtree of `within` when it is given."""
        self.level_index(level)
        found = [
            node
            for node in self.nodes
            if node.level == level and (within is None or within.id in node.path) and (retired or self.is_active(node))
        ]
        return sorted(found, key=_in_order)

    def search(
        self, query: str, *, level: str | None = None, within: AreaNode | None = None, limit: int = 20
    ) -> list[AreaNode]:
        """At most `limit` areas whose name or alias matches `query`, the best first; retired ones never.

        Marks, case and blanks do not count: "dak po" finds both Đak Pơ and Đăk Pơ, "hdrai" finds H' Drai. Equally
        good ones come from the top level down, then in Vietnamese order. A query without a word finds nothing.
        Invalid "area_level_unknown".
        """
        words = _WORD.findall(fold(query))
        if level is not None:
            self.level_index(level)
        if not words:
            return []
        ranked = []
        for node, index in zip(self.nodes, self._search_index, strict=True):
            if (level and node.level != level) or (within and within.id not in node.path):
                continue
            rank = index.rank(words)
            if rank is not None and self.is_active(node):
                ranked.append((rank, self.level_index(node.level), _in_order(node), node))
        ranked.sort(key=lambda row: row[:3])
        return [node for *_, node in ranked[:limit]]

    @cached_property
    def _by_id(self) -> dict[int, AreaNode]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _by_code(self) -> dict[str, AreaNode]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def _children(self) -> dict[int | None, list[AreaNode]]:
        below: defaultdict[int | None, list[AreaNode]] = defaultdict(list)
        for node in sorted(self.nodes, key=_in_order):
            below[node.parent_id].append(node)
        return dict(below)

    @cached_property
    def _search_index(self) -> tuple["_SearchEntry", ...]:
        return tuple(_SearchEntry.of(node) for node in self.nodes)


class _SearchEntry(NamedTuple):
    """What a query is compared with, folded, one text a line, so that one look for a substring finds a beginning.

    `names` has each name and alias, with and without its kind; `runs` has what is left of them from each word on.
    All is written without blanks: "dakpo", "h neng" and "hneng" thus meet "Đăk Pơ" and "H' Neng".
    """

    names: str
    runs: str

    @classmethod
    def of(cls, node: AreaNode) -> "_SearchEntry":
        texts = [_WORD.findall(fold(text)) for text in (node.name, *node.aliases)]
        bare = [_WORD.findall(fold(bare_name(text, node.kind))) for text in (node.name, *node.aliases)]
        return cls(
            names=_lines("".join(words) for words in (*texts, *bare)),
            runs=_lines("".join(words[start:]) for words in texts for start in range(len(words))),
        )

    def rank(self, query: Sequence[str]) -> int | None:
        """0 for a whole name, 1 for the beginning of one, 2 for any other match, None for no match."""
        run = "\n" + "".join(query)
        if run in self.runs:
            return (0 if run + "\n" in self.names else 1) if run in self.names else 2
        return 2 if all("\n" + word in self.runs for word in query) else None


def bare_name(name: str, kind: str) -> str:
    """`name` without a leading `kind` ("thị xã"), in any case; all of it where nothing would be left."""
    head, rest = name[: len(kind)], name[len(kind) :]
    return rest.strip() if head.casefold() == kind.casefold() and rest.startswith(" ") else name


def area_sort_key(name: str, kind: str) -> bytes:
    """Bytes that order areas by their bare name, then by kind; numbers count as numbers (Thôn 2 before Thôn 10)."""
    numbered = _NUMBER.sub(lambda number: number[0].zfill(6), bare_name(name, kind))
    return sort_key(numbered) + b"\x00" + sort_key(kind)


def unit_name(typed: str) -> str:
    """A unit's name as it is kept, cleaned; Invalid "unit_name_invalid" when empty, too long or without a word."""
    name = clean(typed)
    if not _WORD.search(name) or len(name) > UNIT_NAME_MAX:
        raise Invalid("unit_name_invalid", max=UNIT_NAME_MAX)
    return name


def is_area_code(text: str) -> bool:
    """Whether `text` has the form of a code: ASCII letters and digits, with single hyphens between."""
    return _CODE.fullmatch(text) is not None


def parse_reference(text: str) -> Reference:
    """("gia-lai-2022", "634") of "gia-lai-2022:634"; Invalid "area_reference_invalid"."""
    tree, _, code = text.partition(":")
    if not (is_area_code(tree) and is_area_code(code)):
        raise Invalid("area_reference_invalid", value=text)
    return Reference(tree, code)


def dangling(references: Iterable[Reference], known: dict[str, set[str]]) -> list[Reference]:
    """Those that point into a tree of `known` (slug to codes) which has no such area; unknown trees may still come."""
    return [reference for reference in references if reference.code not in known.get(reference.tree, {reference.code})]


def _lines(texts: Iterable[str]) -> str:
    return "\n" + "\n".join(texts) + "\n"


def _in_order(node: AreaNode) -> tuple[bytes, str]:
    return node.sort_key, node.code
