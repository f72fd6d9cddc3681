"""The judge's view of numbers: scores, boards, tables and the figures of areas, all worked out a second time."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from faults.case import Case, Violation
from faults.material import Material
from faults.ranking import Result, counted, ranks

# What a page shows at most; longer boards are compared as far as they go.
BOARD_LINES = 200


def scores(case: Case) -> Iterator[Violation]:
    """D7: from every door the same score, and it is the one that follows from paper, answers and key."""
    mine = {result.attempt: result for result in case.results()}
    codes = {json.loads(receipts[0])["code"]: code for code, receipts in case.readings.receipts.items()}
    for line in case.readings.raw:
        result = mine.get(line["attempt"])
        if result and (line["score"], line["perfect"]) != (result.score, result.perfect):
            yield Violation("D7", f"{line['attempt']} has {line['score']} in the records, {result.score} follows")
        if result and sum(line["points"].values()) != result.score:
            yield Violation("D7", f"the points of {line['attempt']} do not add up to {result.score}")
    for paper in case.truth.papers.values():
        told = next((read.got["result"] for read in reversed(paper.reads) if read.got.get("result")), None)
        if told and paper.code in mine and told["score"] != mine[paper.code].score:
            yield Violation(
                "D7", f"{paper.who} is told {told['score']} for {paper.code}, {mine[paper.code].score} follows"
            )
    for name, table in case.readings.tables.items():
        if len(table) != len(mine):
            yield Violation("D7", f"the {name} has {len(table)} attempts, {len(mine)} are final")
        for code, (_, score) in table.items():
            if code in codes and codes[code] in mine and score != mine[codes[code]].score:
                yield Violation("D7", f"the {name} has {score} for {codes[code]}, {mine[codes[code]].score} follows")


def boards(case: Case) -> Iterator[Violation]:
    """D8: every board is the ranking of the results."""
    expected = ranks(case.results(), case.material.counted, case.material.chain)
    for name, board in case.readings.boards.items():
        if name == "live":
            continue  # compared while nothing moved, by the stage, with the records of that moment
        yield from compare_board(name, board, expected)


def compare_board(
    name: str, board: Mapping[str, Any], expected: Mapping[str, tuple[int, Result]]
) -> Iterator[Violation]:
    """D8: a board against the ranks that follow."""
    if board["total"] != len(expected):
        yield Violation("D8", f"the {name} board has {board['total']} people, {len(expected)} are ranked")
    rows = {row["participant"]: row for row in board["rows"]}
    for participant, (rank, result) in expected.items():
        row = rows.get(participant)
        if row is None:
            if len(expected) <= BOARD_LINES:
                yield Violation("D8", f"{participant} is missing from the {name} board")
        elif (row["rank"], row["score"]) != (rank, result.score):
            found = f"{participant} at {row['rank']} with {row['score']}"
            yield Violation("D8", f"the {name} board has {found}, {rank} with {result.score} follows")


def areas(case: Case) -> Iterator[Violation]:
    """D8: the figures of each area, and their sum, follow from the results; each person is in one area only."""
    expected: dict[str | None, list[list[Result]]] = defaultdict(list)
    by_person: dict[str, list[Result]] = defaultdict(list)
    for result in case.results():
        by_person[result.participant].append(result)
    entered = {code: case.truth.forms[who]["area"] for who, code in case.truth.participants.items()}
    for participant, several in by_person.items():
        if participant in entered and any(result.area != entered[participant] for result in several):
            yield Violation("D8", f"{participant} stands in another area than the one that was entered")
        expected[case.material.district_of.get(several[0].area)].append(several)
    for line in case.readings.areas["lines"]:
        people = expected.pop(line["area"], [])
        yield from _figures(case.material, line["name"], line, people)
    for district in expected:
        yield Violation("D8", f"area {district} is missing from the figures")
    yield from _figures(case.material, "the total", case.readings.areas["totals"], list(by_person.values()))


def _figures(
    material: Material, name: str, told: Mapping[str, Any], people: Sequence[Sequence[Result]]
) -> Iterator[Violation]:
    chosen = [counted(several, material.counted, material.chain) for several in people]
    mean = Fraction(sum(each.score for each in chosen), len(chosen)) if chosen else None
    expected = {
        "people": len(people),
        "attempts": sum(len(several) for several in people),
        "people_all_correct": sum(each.perfect for each in chosen),
        "mean_score": None if mean is None else int(mean * 100 + Fraction(1, 2)) / 100,
    }
    for key, value in expected.items():
        if told[key] != value:
            yield Violation("D8", f"{name}: {key} is {told[key]}, {value} follows")
