"""Contest files as organizers bring them in: checked against the format, and against what is theirs to run."""

from quizapp import strict_yaml
from quizapp.accounts.rules import Actor
from quizapp.areas import queries as areas
from quizapp.contests import loader, queries
from quizapp.contests.spec import ContestSpec


def check_file(data: bytes, *, name: str, slug: str | None, actor: Actor) -> ContestSpec:
    """The file, when it is sound and the organizer may bring it in. Changes nothing.

    `slug` names the contest that it replaces; None = a new one. Raises RefusedFile with everything that is wrong,
    also when it is another contest's file, takes a slug that is in use, or is about areas or banks of somebody else.
    """
    known = queries.find_contest(slug) if slug else None
    # Its owner: of a new contest the organizer's area, if any.
    owner = known.owner_area_id if known else actor.area_id
    spec = loader.parse_contest(data, name=name, owner_area_id=owner)
    _, source = strict_yaml.load(data, name=name)
    if slug is not None and spec.contest != slug:
        source.report(("contest",), "other_contest", typed=spec.contest, slug=slug)
    if slug is None and queries.find_contest(spec.contest) is not None:
        source.report(("contest",), "contest_exists", slug=spec.contest)
    tree = areas.get_tree(spec.areas.tree)
    if owner is not None and not tree.subtree_contains(tree.root.id, owner):
        source.report(("areas", "tree"), "tree_not_own", tree=spec.areas.tree)
    source.refuse_problems()
    return spec
