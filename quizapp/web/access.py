"""Who may call a view, and what of the contest a member of staff sees."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from quizapp.accounts.rules import Actor
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.errors import Forbidden, NotFound, Unauthenticated
from quizapp.web import asking_again
from quizapp.web.identity import current_actor, current_session, first_step, note_use, signed_in_person

View = TypeVar("View", bound=Callable[..., Any])

# anyone: no condition · participant: a browser that has entered a contest (the attempt or person asked for is then
# looked up for that browser alone) · staff: any signed-in member of staff · organizer: organizers and administrators.
KINDS = ("anyone", "participant", "staff", "organizer")


def allow(kind: str, *, first: str | None = None) -> Callable[[View], View]:
    """Declare who may call the view; every view has exactly one. Others get 401, or 404 for the wrong role.

    Staff who have to do something before anything else (`identity.first_step`) get 403 with that code, but for the
    views with which they do it, whose `first` it is.
    """
    if kind not in KINDS:
        raise ValueError(kind)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _check(kind, first)
            return view(*args, **kwargs)

        guarded.allowed_kind = kind  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def recently_signed_in(view: View) -> View:
    """Ask for the password again, before the view, where it was typed long ago; under `@allow`. See `asking_again`."""

    @wraps(view)
    def confirmed(*args: Any, **kwargs: Any) -> Any:
        asking_again.make_sure()
        return view(*args, **kwargs)

    return confirmed  # type: ignore[return-value]


def _check(kind: str, first: str | None) -> None:
    if kind == "participant" and current_session() is None:
        raise Unauthenticated("entry_required")
    if kind in ("staff", "organizer"):
        step = first_step()
        if step not in (None, first):
            raise Forbidden(step)
        actor = signed_in_person() if step else current_actor()
        if actor is None:
            raise Unauthenticated("sign_in_required")
        note_use()
        if kind == "organizer" and not actor.is_organizer:
            raise NotFound


def signed_in_actor() -> Actor:
    """The member of staff behind a view that allows staff only."""
    actor = current_actor()
    if actor is None:
        raise Unauthenticated("sign_in_required")
    return actor


def person_here() -> Actor:
    """The member of staff signed in in this browser, who may have to do something before anything else."""
    person = signed_in_person()
    if person is None:
        raise Unauthenticated("sign_in_required")
    return person


def own_contest(slug: str) -> ContestInfo:
    """The contest, when the signed-in organizer runs it; for others it does not exist. Raises NotFound."""
    actor = signed_in_actor()
    contest = contests.get_contest(slug)
    if not actor.is_organizer or not contests.owned_within(contest, actor.area_id):
        raise NotFound("contest_not_found")
    return contest


@dataclass(frozen=True)
class StaffView:
    """What a member of staff sees of a contest: everything (its organizers), or one subtree of areas.

    `is_public`: everybody's view of what is published, which shows the whole of it.
    """

    contest: ContestInfo
    tree: Tree
    scope: AreaNode
    is_organizer: bool
    is_public: bool = False

    @property
    def area_ids(self) -> frozenset[int] | None:
        """Ids of the areas in sight; None = everybody, people from outside and without an area included."""
        if self.is_organizer:
            return None
        return self.tree.descendant_ids(self.scope) | {self.scope.id}

    def narrowed(self, code: str | None) -> AreaNode:
        """The area of `code` inside of what is seen, or the whole of it. Raises NotFound."""
        if not code:
            return self.scope
        node = self.tree.get(code)
        if not self.tree.subtree_contains(self.scope.id, node.id):
            # As the tree itself says of a code that it does not have.
            raise NotFound("area_not_found", tree=self.tree.slug, area=code)
        return node


def staff_view(slug: str) -> StaffView:
    """The signed-in person's view of a contest. Raises NotFound when there is nothing of theirs in it."""
    actor = signed_in_actor()
    contest = contests.get_contest(slug)
    tree = areas.get_tree_by_id(contest.tree_id)
    if actor.is_organizer and contests.owned_within(contest, actor.area_id):
        return StaffView(contest, tree, tree.root, True)
    in_tree = actor.area_id is not None and tree.subtree_contains(tree.root.id, actor.area_id)
    if contest.launched_at is None or not in_tree or actor.area_id is None:
        raise NotFound("contest_not_found")
    return StaffView(contest, tree, tree.node(actor.area_id), False)


def visible_contests(actor: Actor) -> list[ContestInfo]:
    """The contests of which the member of staff sees anything, newest first."""
    found = []
    for contest in contests.list_all_contests():
        owns = actor.is_organizer and contests.owned_within(contest, actor.area_id)
        tree = areas.get_tree_by_id(contest.tree_id)
        inside = actor.area_id is not None and tree.subtree_contains(tree.root.id, actor.area_id)
        if owns or (inside and contest.launched_at is not None):
            found.append(contest)
    return found
