"""Questions that ask nearly the same thing, found among thousands without comparing each with each."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from quizapp import text

_WORD = re.compile(r"\w+")
_ROUNDING = 1e-9


def words(typed: str) -> tuple[str, ...]:
    """The words of the text, folded, without punctuation."""
    return tuple(_WORD.findall(text.fold(typed)))


def similar_pairs(texts: Sequence[str], threshold: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (i, j, similarity) with i < j of texts at least `threshold` alike; 1.0 is the same wording.

    The measure is the weight of the common words and neighbouring pairs of words over the weight of all of both
    texts; rare ones weigh more, so that "được công bố vào ngày nào" alone makes nothing alike.
    """
    features = [_features(typed) for typed in texts]
    spread = Counter(feature for one in features for feature in one)
    weights = {feature: math.log(1 + len(texts) / count) for feature, count in spread.items()}
    totals = [_weight(one, weights) for one in features]
    seen_by_prefix: dict[str, list[int]] = defaultdict(list)
    for j, one in enumerate(features):
        prefix = _prefix(one, weights, totals[j] * threshold)
        for i in sorted({i for feature in prefix for i in seen_by_prefix[feature]}):
            common = _weight(one & features[i], weights)
            similarity = common / (totals[i] + totals[j] - common)
            if similarity >= threshold:
                yield i, j, similarity
        for feature in prefix:
            seen_by_prefix[feature].append(j)


def _features(typed: str) -> frozenset[str]:
    """Words and neighbouring pairs; the ends of the text count as neighbours, so that order matters everywhere."""
    found = words(typed)
    return frozenset(found) | {f"{a} {b}" for a, b in zip(("", *found), (*found, ""), strict=True)}


def _prefix(features: frozenset[str], weights: dict[str, float], needed: float) -> list[str]:
    """The rarest features, so many that the rest together weighs less than `needed`.

    Two texts as alike as `needed` asks must share one of these (the prefix filter of set-similarity joins), so
    looking only at texts with a common one loses nothing.
    """
    rarest_first = sorted(features, key=lambda feature: (-weights[feature], feature))
    rest = _weight(features, weights)
    prefix = []
    for feature in rarest_first:
        if rest < needed * (1 - _ROUNDING):
            break
        prefix.append(feature)
        rest -= weights[feature]
    return prefix


def _weight(features: frozenset[str], weights: dict[str, float]) -> float:
    """Summed exactly, so that equal texts are equal whatever the order of their features."""
    return math.fsum(weights[feature] for feature in features)
