"""From the attempts of the records: which of a person's attempts counts, what was to be guessed, the ranking."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizapp.attempts.rules import duration_ms
from quizapp.clock import rfc3339
from quizapp.ranking.rules import Performance, order_key, passes, pick_counted, rank
from quizapp.records.formats import Line, Round
from quizapp.results.ranking_file import HEADER

# participant -> their final attempts in a round
People = Mapping[str, Sequence["Sitting"]]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A final attempt, as far as rankings look at it."""

    attempt: str
    number: int
    score: int
    perfect: bool
    prediction: int | None
    started_at: datetime
    submitted_at: datetime

    def performance(self, perfect_attempts: int = 0) -> Performance:
        """What the ranking rules look at."""
        return Performance(
            score=self.score,
            perfect=self.perfect,
            started_at=self.started_at,
            submitted_at=self.submitted_at,
            duration_ms=duration_ms(self.started_at, self.submitted_at),
            prediction=self.prediction,
            perfect_attempts=perfect_attempts,
        )


def sitting_of(line: Line, score: int, submitted_at: datetime) -> Sitting:
    """What is kept of a final line."""
    return Sitting(line.attempt, line.number, score, bool(line.perfect), line.prediction, line.started_at, submitted_at)


def counted(round_: Round, people: People, actual: int | None) -> dict[str, Sitting]:
    """The attempt that counts for each person; `actual` None = as long as the guess decides nothing."""
    chain = round_.ranking.chain()
    return {
        participant: pick_counted(
            round_.counted,
            [(one, one.performance()) for one in sorted(own, key=lambda each: each.number)],
            chain,
            actual,
        )
        for participant, own in people.items()
    }


def actual(metric: str, rounds: Sequence[Round], sittings: Mapping[str, People]) -> int:
    """What was to be guessed, over these rounds; a percentage in units of 0.00001, rounded half up.

    Everybody who took part counts, ranked or not. A person has everything right when a counted attempt has, in any of
    the rounds; the best attempt is chosen without the guess.
    """
    finals = [one for round_ in rounds for own in sittings[round_.key].values() for one in own]
    people = {participant for round_ in rounds for participant in sittings[round_.key]}
    if metric == "attempts":
        return len(finals)
    if metric == "attempts_all_correct":
        return sum(one.perfect for one in finals)
    if metric == "people":
        return len(people)
    right = {
        participant
        for round_ in rounds
        for participant, one in counted(round_, sittings[round_.key], None).items()
        if one.perfect
    }
    if metric == "people_all_correct":
        return len(right)
    return (len(right) * 10_000_000 * 2 + len(people)) // (2 * len(people)) if people else 0


def ranking(round_: Round, people: People, persons: Mapping[str, tuple[object, ...]]) -> list[list[object]]:
    """The lines of ranking.csv. `persons`: (unranked, area, group) of each."""
    chain = round_.ranking.chain()
    chosen = counted(round_, people, round_.actual)
    performances = {
        participant: one.performance(sum(each.perfect for each in people[participant]))
        for participant, one in chosen.items()
        if not persons[participant][0]
    }
    groups: dict[str, list[str]] = {}
    for participant, performance in performances.items():
        if not chain.leaves_out or passes(chain, performance):
            groups.setdefault(str(persons[participant][2] or ""), []).append(participant)
    lines: list[list[object]] = []
    for group, members in groups.items():
        for place in rank(members, lambda each: order_key(chain, performances[each], round_.actual)):
            own = performances[place.item]
            one, area = chosen[place.item], persons[place.item][1]
            lines.append(
                [
                    place.rank,
                    group,
                    place.item,
                    area or "",
                    one.score,
                    int(one.perfect),
                    "" if one.prediction is None else one.prediction,
                    _gap(one.prediction, round_.actual),
                    rfc3339(one.submitted_at),
                    rfc3339(one.started_at),
                    own.duration_ms,
                    own.perfect_attempts,
                    one.attempt,
                ]  # fmt: skip
            )
    return sorted(lines, key=lambda line: (line[1], line[0], line[2]))


def ranking_file(lines: Sequence[Sequence[object]]) -> bytes:
    """ranking.csv."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *lines])
    return text.getvalue().encode()


def _gap(prediction: int | None, actual_value: int | None) -> object:
    return "" if prediction is None or actual_value is None else abs(prediction - actual_value)
