"""Why one performance stands before another, and why one of a person's attempts counts: the point that decides. Pure.

The order itself is made elsewhere (`ranking.rules`, and its twin in the database); here it is only put into words that
a person can check: which key, and not more.
"""

from quizapp.ranking.rules import Chain, Gate, Key, Performance, milliseconds, order_key

# A key of the chain, or the gate that only one of the two has passed.
Point = Key | Gate


def points(chain: Chain) -> tuple[Point, ...]:
    """What is looked at, in this order; each belongs to the value of `ranking.rules.order_key` at the same place.

    Below a gate, the score comes first.
    """
    return chain.keys if chain.gate is Gate.NONE else (chain.gate, Key.SCORE, *chain.keys)


def deciding_point(chain: Chain, one: Performance, other: Performance, actual: int | None) -> Point | None:
    """The first point in which the two differ, whoever is the better; None when they are equal and share a rank."""
    values = zip(points(chain), order_key(chain, one, actual), order_key(chain, other, actual), strict=True)
    return next((point for point, mine, theirs in values if mine != theirs), None)


def point_for_counted(
    policy: str, chain: Chain, chosen: Performance, other: Performance, actual: int | None
) -> Point | None:
    """In what the attempt that counts is before another one of the same person (`ranking.rules.pick_counted`).

    The policy says in which direction: `last` prefers the later submission. None when only the number of the attempt
    decided, because everything else is equal.
    """
    found: Point | None = None
    if policy == "best":
        found = deciding_point(chain, chosen, other, actual)
    elif policy in ("best_earliest", "first_perfect"):
        if chosen.perfect != other.perfect:
            found = Gate.ALL_CORRECT
        elif chosen.score != other.score:
            found = Key.SCORE
    same_moment = milliseconds(chosen.submitted_at) == milliseconds(other.submitted_at)
    return found or (None if same_moment else Key.SUBMITTED_AT)
