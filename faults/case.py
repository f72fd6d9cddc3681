"""What is judged, and what is said of it."""

from dataclasses import dataclass
from datetime import datetime

from faults.material import Material
from faults.ranking import Result
from faults.readings import Readings
from faults.truth import Truth
from simulation.history import History


@dataclass(frozen=True)
class Violation:
    """What is wrong, and against which invariant."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True)
class Case:
    """Everything that is judged. `closed_at`: when the organizer ended the round before its time."""

    material: Material
    history: History
    truth: Truth
    readings: Readings
    closed_at: datetime | None = None

    def results(self) -> list[Result]:
        """The final attempts, with scores worked out here from the papers and answers of the records."""
        found = []
        for line in self.readings.raw:
            if line["state"] == "final":
                score, perfect = self.material.score([ref for ref, _ in line["paper"]], line["answers"])
                found.append(
                    Result(
                        attempt=line["attempt"],
                        participant=line["participant"],
                        area=line["area"],
                        score=score,
                        perfect=perfect,
                        started_at=moment(line["started_at"]),
                        submitted_at=moment(line["submitted_at"]),
                    )
                )
        return found


def moment(text: str) -> datetime:
    """A time of the API."""
    return datetime.fromisoformat(text)
