"""The paths that are measured: what is sent, which floor it is held against, and the goal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.http import fill
from bench.http.load import CellFailed, Load

# What a phone's browser sends with everything that it asks for.
ACCEPTED = "Accept-Encoding: gzip, deflate, br"
BOARD = f"{fill.API}/contests/{fill.SLUG}/rounds/{fill.ROUND}/leaderboard"
PAGES = f"/cuoc-thi/{fill.SLUG}/{fill.ROUND}"
# So many people, each behind an address of their own: one address may ask only so much.
VIEWERS = Load(script="viewers.lua", arguments=(BOARD, "10000"))
# The board's answer as a plain file of nginx, which cannot do less for it: the most that the board can reach.
FILE = "/board.json"
_REVS_A_RUN = 10_000_000


@dataclass(frozen=True)
class Cell:
    """One path. `supply`: the file whose lines it uses up. `goals`: the least ratio to the floor, by database.

    `holds`: what the body of one real answer must contain. `front`: asked through nginx.
    """

    name: str
    floor: str
    holds: str
    load: Load | None = None
    file: str = ""
    supply: bool = False
    goals: Mapping[str, float] | float | None = None
    header: str = ""
    front: bool = False

    def goal(self, kind: str) -> float | None:
        """The goal on this kind of database; None where there is none."""
        return self.goals.get(kind) if isinstance(self.goals, Mapping) else self.goals


CELLS = (
    Cell("save", "post", '"saved":', goals={"postgres": 0.60, "sqlite": 0.45}),
    Cell("start", "post", '"remaining_ms":', file="starts.tsv", supply=True, goals=0.25),
    Cell("submit", "post", '"answers_hash":', file="submits.tsv", supply=True, goals=0.35),
    Cell("paper", "get", "</html>", file="papers.tsv", goals=0.25),
    Cell("paper-compressed", "get", "", file="papers.tsv", header=ACCEPTED),
    Cell("read", "get", '"answers":', file="reads.tsv"),
    Cell("board", "get", '"state":"live"', load=Load(BOARD), goals=0.90),
    Cell("board-page", "get", "</html>", load=Load(f"{PAGES}/bang-xep-hang")),
    Cell("board-lines", "get", "board__", load=Load(f"{PAGES}/bang-xep-hang/dong"), goals=0.90),
    Cell("board-front", "get", '"state":"live"', load=VIEWERS, goals=20, front=True),
    Cell(
        "board-front-compressed", "get", "", front=True, header=ACCEPTED,
        load=Load(script="viewers.lua", arguments=(BOARD, "10000", "0", ACCEPTED)),
    ),
    Cell("file-front", "get", '"state":"live"', front=True, load=Load(script="viewers.lua", arguments=(FILE, "10000"))),
    Cell("board-me", "get", '"me":{', file="members.tsv", goals=0.40),
)  # fmt: skip


def load_of(cell: Cell, folder: Path, turn: int, first: int = 0, count: int = 1_000_000) -> Load:
    """What the cell sends in its turn; of what is used up, the lines from `first` on."""
    if cell.load is not None:
        return cell.load
    if cell.name == "save":
        return Load(script="saves.lua", arguments=(str(folder / "writers.tsv"), str(turn * _REVS_A_RUN)))
    lines = (str(first), str(count), "once") if cell.supply else ("0", str(count), "again")
    arguments = (str(folder / cell.file), *lines, "0")
    return Load(script="lines.lua", arguments=arguments + ((cell.header,) if cell.header else ()))


def check(cell: Cell, port: int, folder: Path) -> int:
    """Ask once, look at the answer, and give the size of its body. Raises CellFailed.

    Of what is used up this takes the first line.
    """
    if cell.load is not None:
        path = cell.load.arguments[0] if cell.load.script else cell.load.path
        method, headers, body = "GET", {}, ""
    elif cell.name == "save":
        method, path, headers, body = _one_save(folder)
    else:
        method, path, cookie, csrf, body = _first_line(folder / cell.file)
        headers = {"Cookie": cookie, **({"X-CSRF-Token": csrf, "Content-Type": "application/json"} if body else {})}
    if cell.header:
        name, _, value = cell.header.partition(": ")
        headers[name] = value
    status, answer = ask(port, method, path, headers, body)
    if status not in (200, 201) or cell.holds not in answer.decode("utf-8", "replace"):
        raise CellFailed(f"{method} {path}: {status} {answer[:300]!r}")
    return len(answer)


def confirm_saved(port: int, folder: Path, turn: int) -> None:
    """Look whether the saves of the turn are there: those of whoever came first. Raises CellFailed.

    saves.lua begins with the second person, whom wrk only looks at; the third is the first whose request it sends.
    """
    cookie, _, attempt, _ = (folder / "writers.tsv").read_text(encoding="utf-8").splitlines()[2].split("\t")
    status, body = ask(port, "GET", f"{fill.API}/attempts/{attempt}", {"Cookie": cookie})
    if status != HTTPStatus.OK:
        raise CellFailed(f"what was saved could not be looked at: {status} {body[:200]!r}")
    last = max((answer["rev"] for answer in json.loads(body)["answers"]), default=0)
    if last <= turn * _REVS_A_RUN:
        raise CellFailed(f"saves were acknowledged that are not there: revision {last} after turn {turn}")


def ask(port: int, method: str, path: str, headers: Mapping[str, str], body: str = "") -> tuple[int, bytes]:
    """One request: status and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body.encode() or None, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _one_save(folder: Path) -> tuple[str, str, dict[str, str], str]:
    cookie, csrf, attempt, questions = _first_line(folder / "writers.tsv")
    question, _, options = questions.split(";")[0].partition("=")
    body: dict[str, Any] = {"batch": [{"question": question, "options": [options[0]], "rev": 1}]}
    headers = {"Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"}
    return "PUT", f"{fill.API}/attempts/{attempt}/answers", headers, json.dumps(body)


def _first_line(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\n").split("\t")
