"""Trees of areas, level by level, and looking for one by name."""

from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field, RootModel

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import Count, QueryParams, ResponseBody, Word


class AreaQuery(QueryParams):
    """`parent` None = the top of the tree; `q` looks in the whole subtree and ignores marks and case."""

    tree: Word
    parent: Word | None = None
    q: Word | None = None
    limit: Annotated[Count, Field(ge=1, le=100)] = 20


class AreaOut(ResponseBody):
    """An area that may be chosen; `above` has the names from the top of the tree down to its parent."""

    code: str
    name: str
    level: str
    has_children: bool
    above: list[str]


class AreaList(RootModel[list[AreaOut]]):
    """Areas in Vietnamese order, or the best match first."""


@bp.get("/areas")
@operation(
    summary=_l("Đơn vị trong một danh mục"),
    description=_l(
        "Không có q: các đơn vị trực thuộc parent (để trống = đơn vị cao nhất). Có q: tìm theo tên trong cả nhánh, "
        "không cần dấu, nhiều nhất limit kết quả. Danh mục ngoài địa bàn (areas.outside của cuộc thi) cũng đọc ở đây."
    ),
    auth="anyone",
    query=AreaQuery,
    responses={200: AreaList},
    errors=("tree_not_found", "area_not_found"),
)
def list_areas(query: AreaQuery) -> AreaList:
    """The children of an area, or what a search finds below it."""
    tree = areas.get_tree(query.tree)
    parent = tree.get(query.parent) if query.parent else None
    found = tree.search(query.q, within=parent, limit=query.limit) if query.q else tree.children(parent)
    return AreaList([_area(tree, node) for node in found])


def _area(tree: Tree, node: AreaNode) -> AreaOut:
    return AreaOut(
        code=node.code,
        name=node.name,
        level=node.level,
        has_children=tree.has_children(node),
        above=[above.name for above in tree.ancestors(node)],
    )
