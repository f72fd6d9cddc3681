"""The lines that every board shows, live or final."""

from dataclasses import dataclass
from datetime import datetime

from quizapp.attempts.models import Standing
from quizapp.entries.models import Participant

# How many stand before and behind the asker on the asker's own part of a board.
NEIGHBOURS = 3


@dataclass(frozen=True)
class BoardRow:
    """One line of a board; `participant` is the opaque code."""

    rank: int
    participant: str
    name: str
    area_id: int | None
    score: int
    perfect: bool
    duration_ms: int
    submitted_at: datetime
    prediction: int | None = None


@dataclass(frozen=True)
class BoardPage:
    """What a board shows. `around` holds the asker's line (`me`) and the neighbours."""

    rows: tuple[BoardRow, ...]
    me: BoardRow | None
    around: tuple[BoardRow, ...]
    total: int
    catching_up: bool


def board_row(place: int, standing: Standing, person: Participant) -> BoardRow:
    """A line of a board: no phone, no birth date, no id of the database."""
    return BoardRow(
        rank=place,
        participant=person.public_id,
        name=getattr(person, "public_name", None) or person.full_name,
        area_id=person.area_id,
        score=standing.score,
        perfect=standing.is_perfect,
        duration_ms=standing.duration_ms,
        submitted_at=standing.submitted_at,
        prediction=standing.prediction,
    )
