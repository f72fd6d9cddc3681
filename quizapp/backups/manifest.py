"""What a backup says about itself, so that it can be proved after it has been put back."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from quizapp.errors import Invalid

FORMAT = 1


@dataclass(frozen=True)
class TableProof:
    """How many rows, and a hash over all of them that does not depend on their order."""

    rows: int
    hash: str


@dataclass(frozen=True)
class ContestTotals:
    """A contest in numbers: who entered, papers started, papers that are final, the sum of their scores."""

    contest: str
    people: int
    attempts: int
    final: int
    score: int


@dataclass(frozen=True)
class Content:
    """What is in a database. `head` is a hash over all acts of organizers in their order, and over all results."""

    revision: str
    head: str
    acts: int
    contests: tuple[ContestTotals, ...]
    tables: dict[str, TableProof]

    def differences(self, other: "Content") -> list[str]:
        """The names of what is not the same in both: tables, `head`, `contests`, `revision`."""
        names = sorted({*self.tables, *other.tables})
        found = [name for name in names if self.tables.get(name) != other.tables.get(name)]
        return found + [
            name for name in ("head", "contests", "revision") if getattr(self, name) != getattr(other, name)
        ]


@dataclass(frozen=True)
class Manifest:
    """The first member of a backup file. `database` is sqlite or postgresql, `sha256` that of the copied data."""

    made_at: str
    database: str
    sha256: str
    content: Content

    def to_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {"format": FORMAT, **asdict(self)}


def from_json(value: Any) -> Manifest:
    """The manifest of a file. Raises Invalid("backup_broken"), Invalid("backup_too_new")."""
    try:
        if value["format"] != FORMAT:
            raise Invalid("backup_too_new")
        content = value["content"]
        return Manifest(
            made_at=value["made_at"],
            database=value["database"],
            sha256=value["sha256"],
            content=Content(
                revision=content["revision"],
                head=content["head"],
                acts=content["acts"],
                contests=tuple(
                    ContestTotals(**{field.name: each[field.name] for field in fields(ContestTotals)})
                    for each in content["contests"]
                ),
                tables={name: TableProof(each["rows"], each["hash"]) for name, each in content["tables"].items()},
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Invalid("backup_broken") from error
