"""The second implementation of the ranking agrees with the product's on random results."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from faults import ranking
from quizapp.ranking import rules

POLICIES = ("best", "best_earliest", "first_perfect", "first", "last")
CHAINS = (("score", "duration", "submitted_at"), ("score", "submitted_at"), ("score", "perfect_attempts", "started_at"))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("keys", CHAINS)
@pytest.mark.parametrize("seed", range(5))
def test_both_rank_alike(policy: str, keys: tuple[str, ...], seed: int) -> None:
    results = _results(random.Random(seed))
    found = ranking.ranks(results, policy, ranking.Chain(keys))
    chain = rules.Chain(rules.Gate.NONE, tuple(rules.Key(key) for key in keys))
    people: dict[str, list[ranking.Result]] = {}
    for result in results:
        people.setdefault(result.participant, []).append(result)
    chosen = {}
    for who, several in people.items():
        perfect = sum(each.perfect for each in several)
        pairs = [(each, _performance(each, perfect)) for each in several]
        counted = rules.pick_counted(policy, pairs, chain)
        chosen[who] = (counted, _performance(counted, perfect))
    lines = rules.rank(chosen.items(), lambda item: rules.order_key(chain, item[1][1]))
    assert {line.item[0]: (line.rank, line.item[1][0]) for line in lines} == dict(found)


def _results(rng: random.Random) -> list[ranking.Result]:
    start = datetime(2025, 5, 19, 1, tzinfo=UTC)
    found = []
    for number in range(60):
        began = start + timedelta(milliseconds=number)
        score = rng.randint(0, 3)
        found.append(
            ranking.Result(
                f"a{number}", f"p{rng.randint(0, 20)}", "10", score, score == 3, began,
                began + timedelta(seconds=rng.randint(1, 4), milliseconds=number),
            )
        )  # fmt: skip
    return found


def _performance(result: ranking.Result, perfect: int) -> rules.Performance:
    return rules.Performance(
        result.score, result.perfect, result.started_at, result.submitted_at, result.duration_ms, None, perfect
    )
