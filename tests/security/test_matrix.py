"""The matrix of roles, routes and things, called for real: `matrix.py` says what must come out."""

import pytest
from werkzeug.routing import Rule

from tests.security import calls, matrix
from tests.security.calls import Route
from tests.security.world import ROLES, World

EXPECTED = dict(matrix.lines())
# The first word of a view's name.
AUDIENCES = ("account", "api", "district", "health", "organize", "play", "static")
# Who may know of everything in the contest.
OWNERS = ("O-own", "admin", "token")
# A name is taken once: whoever brings in a file of that name is told so, as the contract says of every PUT.
TAKES_NAMES = "PUT /api/v1/contests/<slug>"
# A table that remembers that somebody was here, whoever it was.
REMEMBERED = {"browser_sessions": ("seen_at", "last_seen_at"), "failed_sign_ins": ()}


def found(world: World) -> dict[str, tuple[Route, Rule]]:
    return {str(route): (route, rule) for route, rule in calls.routes(world)}


def test_every_route_stands_in_the_matrix_and_no_other(world):
    assert sorted(EXPECTED) == sorted(found(world))


def test_nothing_belongs_to_an_audience_that_is_not_tried_here(world):
    assert {rule.endpoint.partition(".")[0] for _, rule in found(world).values()} == set(AUDIENCES)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_everybody_is_answered_as_the_matrix_says(world, audience):
    """And whoever is not let in changes nothing, and cannot tell somebody else's thing from one that never was."""
    wrong = []
    untouched = world.state(REMEMBERED)
    with world.watching() as watch:
        for name, (route, rule) in found(world).items():
            if rule.endpoint.partition(".")[0] != audience or name not in EXPECTED:
                continue
            for thing, answers in EXPECTED[name].items():
                got = ""
                for who in ROLES:
                    address = calls.address_of(world, rule, thing)
                    response = calls.ask(world, who, route, address)
                    kind = calls.kind_of(response)
                    got += kind
                    if watch.wrote():
                        if kind != "+" and world.state(REMEMBERED) != untouched:
                            wrong.append(f"{name} {thing} {who}: not let in, and something has changed")
                        world.restore()
                        watch.wrote()
                    if kind == "-" and not like_nothing(world, who, route, rule, thing, response, address):
                        wrong.append(f"{name} {thing} {who}: told from what never was")
                if got != answers:
                    wrong.append(f"{name} {thing}: {got} and not {answers}")
    assert not wrong, "\n".join(wrong)


def is_public(world: World, rule: Rule) -> bool:
    """Whether the view is about a contest that everybody knows."""
    return getattr(world.app.view_functions[rule.endpoint], "allowed_kind", "") in ("anyone", "participant")


def like_nothing(world, who, route, rule, thing, response, address) -> bool:
    """Whether it is answered as the same call on what never was: to whoever may not know that the thing is there."""
    if "attempt_id" in rule.arguments:
        knows = who == "P1"
    else:
        knows = who in OWNERS or (thing == "own" and is_public(world, rule))
    if not rule.arguments or str(route) == TAKES_NAMES or (knows and thing != "other"):
        return True
    inside = thing == "other" and (who in OWNERS or is_public(world, rule))
    absent = calls.address_of(world, rule, "absent-inside" if inside else "absent")
    return calls.told(response, address) == calls.told(calls.ask(world, who, route, absent), absent)
