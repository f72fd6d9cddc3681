"""Contest files as organizers bring them in: checked against the format, and against what is theirs to run."""

from quizapp import strict_yaml
from quizapp.accounts.rules import Actor
from quizapp.areas import queries as areas
from quizapp.contests import loader, queries
from quizapp.contests.queries import ContestInfo
from quizapp.contests.spec import ContestSpec


def check_file(data: bytes, *, name: str, slug: str | None, actor: Actor) -> ContestSpec:
    """The file, when it is sound and the organizer may bring it in. Changes nothing.

    `slug` names the contest that it replaces; None = a new one. Raises RefusedFile with everything that is wrong,
    also when it is another contest's file, takes a slug that is in use, or is about areas of somebody else.
    """
    spec = loader.parse_contest(data, name=name)
    _, source = strict_yaml.load(data, name=name)
    known = queries.find_contest(slug) if slug else None
    if slug is not None and spec.contest != slug:
        source.report(("contest",), "other_contest", typed=spec.contest, slug=slug)
    if slug is None and queries.find_contest(spec.contest) is not None:
        source.report(("contest",), "contest_exists", slug=spec.contest)
    if not _is_own_tree(spec, actor, known):
        source.report(("areas", "tree"), "tree_not_own", tree=spec.areas.tree)
    source.refuse_problems()
    return spec


def _is_own_tree(spec: ContestSpec, actor: Actor, known: ContestInfo | None) -> bool:
    """True when the contest's owner (of a new one: the organizer's area, if any) lies in the tree of the file."""
    owner = known.owner_area_id if known else actor.area_id
    tree = areas.get_tree(spec.areas.tree)
    return owner is None or tree.subtree_contains(tree.root.id, owner)
