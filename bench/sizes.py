"""How much a run of the benches measures: everything, a quick look, or as little as shows that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Numbers for all benches; each takes what concerns it. Of `people`: everybody in one contest, one attempt each."""

    repeats: int
    people: int
    finalize_people: int
    finalize_attempts: int
    # Over HTTP: turns of each cell and their seconds; people with an open paper; people whose start or submission is
    # used up; lines of the board; seconds of the closing hour; people who watch the board.
    rounds: int
    seconds: int
    writers: int
    supply: int
    members: int
    closing_seconds: int
    viewers: int
    # Do not wait until others leave the machine alone.
    hasty: bool = True


SIZES = {
    "full": Size(5, 1_000_000, 60_000, 140_000, 5, 2, 2000, 24_000, 1_000_000, 300, 10_000, hasty=False),
    "quick": Size(3, 20_000, 6000, 14_000, 3, 1, 500, 8000, 20_000, 20, 2000),
    "tiny": Size(1, 200, 60, 140, 1, 1, 20, 20, 50, 1, 10),
}
