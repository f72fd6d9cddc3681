"""What the product says at the end, from every door: records, boards, tables, receipts, figures by area."""

import csv
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine

from faults.material import Material
from faults.organizer import Organizer, Refused

RECEIPT_TITLE = "Mã biên nhận"
SCORE_TITLE = "Điểm"
NAME_TITLE = "Họ và tên"


@dataclass
class Readings:
    """Everything that the checker compares with the truth."""

    raw: list[dict[str, Any]] = field(default_factory=list)
    # what -> lines of a board with state and total
    boards: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    # what (csv, xlsx) -> receipt code -> (name, score)
    tables: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    areas: Mapping[str, Any] = field(default_factory=dict)
    receipts: dict[str, list[bytes]] = field(default_factory=dict)
    # what was tried on other people's things -> the status that came back
    trespasses: dict[str, int] = field(default_factory=dict)
    # what the independent verifier says of the published records; "" = right
    verifier: str | None = None


def read_final(organizer: Organizer, material: Material, verifier: Path, readings: Readings) -> None:
    """After the round: records, tables, figures, then the final result and its board. Raises Refused."""
    readings.raw = organizer.raw(material)
    readings.boards["frozen"] = organizer.board(material)
    readings.areas = organizer.area_results(material)
    readings.tables["csv"] = read_csv(organizer.download(material, "attempts.csv", round=material.round))
    readings.tables["xlsx"] = read_xlsx(organizer.download(material, "attempts.xlsx", round=material.round))
    organizer.finalize_and_publish(material)
    readings.boards["final"] = organizer.board(material)
    readings.verifier = verify(organizer.download(material, "records.zip", round=material.round), verifier)


def wait_for_round_end(organizer: Organizer, material: Material, seconds: float) -> None:
    """Until no paper of the round is open any more, or so many seconds have passed."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        try:
            if all(line["state"] == "final" for line in organizer.raw(material)):
                return
        except Refused:
            pass
        time.sleep(0.5)


def read_csv(data: bytes) -> dict[str, tuple[str, int]]:
    """The table of attempts: receipt code -> (name, score)."""
    return _table(list(csv.reader(io.StringIO(data.decode("utf-8-sig")))))


def read_xlsx(data: bytes) -> dict[str, tuple[str, int]]:
    """The same out of a workbook."""
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return _table([[str(cell) for cell in row] for row in sheet.to_python()])


def _table(rows: Sequence[Sequence[str]]) -> dict[str, tuple[str, int]]:
    head = next(at for at, row in enumerate(rows) if RECEIPT_TITLE in row)
    titles = list(rows[head])
    receipt, score, name = (titles.index(title) for title in (RECEIPT_TITLE, SCORE_TITLE, NAME_TITLE))
    lines = [row for row in rows[head + 1 :] if len(row) > receipt and row[receipt].strip()]
    found = {row[receipt].strip(): (row[name], int(float(row[score]))) for row in lines}
    # Two lines with one code would hide behind one another.
    return found if len(found) == len(lines) else {**found, "twice": ("", len(lines) - len(found))}


def verify(records: bytes, program: Path) -> str:
    """What the published verifier, which shares no code with the product, says of the records; "" = right."""
    with tempfile.TemporaryDirectory(prefix="quiz-faults-") as folder:
        path = Path(folder) / "records.zip"
        path.write_bytes(records)
        done = subprocess.run([sys.executable, program, path], capture_output=True, text=True, cwd=folder, timeout=120)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-600:]
