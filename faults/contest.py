"""One contest from its launch to the judgement: material, people, the round's end, and what every door says then."""

import asyncio
import random
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from faults import checker, readings
from faults.case import Case, Violation
from faults.material import Material, now_utc
from faults.organizer import Organizer
from faults.ranking import ranks
from faults.readings import Readings
from faults.sitters import Sitter
from faults.sums import compare_board
from faults.truth import truth_of
from simulation.history import History

VERIFIER = Path("static") / "verify" / "kiem-chung.py"
BOARD_RIGHT_WITHIN_SECONDS = 10.0


class Contest:
    """A launched contest at `url` and the people in it. `wrong` collects what is against its promises."""

    def __init__(
        self, url: str, organizer: Organizer, material: Material, history: History, rng: random.Random, timeout: float
    ) -> None:
        self.url = url
        self.organizer = organizer
        self.material = material
        self.history = history
        self.people: list[Sitter] = []
        self.readings = Readings()
        self.closed_at: datetime | None = None
        self.wrong: list[Violation] = []
        self._rng = rng
        self._timeout = timeout

    def invite(
        self, count: int, *, url: str | None = None, kind: type[Sitter] = Sitter, **options: Any
    ) -> list[Sitter]:
        """So many more people, who have not arrived yet; every fourth will never hand in the last paper."""
        begin = len(self.people)
        added = [
            kind(
                number,
                url or self.url,
                self.history,
                self.material,
                random.Random(self._rng.random()),
                **{"leaves": number % 4 == 3, "timeout": self._timeout, **options},
            )
            for number in range(begin, begin + count)
        ]
        self.people.extend(added)
        return added

    async def arrive(self, people: list[Sitter], at_once: int = 40) -> None:
        """They enter and get their papers."""
        places = asyncio.Semaphore(at_once)

        async def one(sitter: Sitter) -> None:
            async with places:
                await sitter.arrive()

        await asyncio.gather(*(one(sitter) for sitter in people))

    async def finish(self) -> None:
        """Everybody saves every question once more, reads it back, and hands in."""
        await asyncio.gather(*(sitter.finish() for sitter in self.people))

    async def compare_live_board(self, within: float = BOARD_RIGHT_WITHIN_SECONDS) -> None:
        """D8 while nothing moves: the live board is the ranking of the records so far, within some seconds."""
        give_up_at = time.monotonic() + within
        while True:
            case = self._case(Readings(raw=await asyncio.to_thread(self.organizer.raw, self.material)))
            board = await asyncio.to_thread(self.organizer.board, self.material)
            expected = ranks(case.results(), self.material.counted, self.material.chain)
            wrong = list(compare_board("live", board, expected))
            if not wrong and not board["catching_up"]:
                return
            if time.monotonic() > give_up_at:
                self.wrong.extend(wrong or [Violation("D8", "the live board still says that it is catching up")])
                return
            await asyncio.sleep(0.3)

    async def trespass(self) -> None:
        """Reach for what is somebody else's."""
        if len(self.people) < 2 or not self.people[0].attempts:
            return
        mine, other = self.people[0].attempts[0], self.people[1].site
        path = f"/api/v1/attempts/{mine}"
        records = f"/api/v1/contests/{self.material.slug}/exports/raw.jsonl"
        tried = {
            "another one's paper": await other.call("trespass", "GET", path),
            "another one's receipt": await other.call("trespass", "GET", f"{path}/receipt"),
            "saving for another one": await other.write("trespass", "PUT", f"{path}/answers", {"batch": []}),
            "handing in for another one": await other.write("trespass", "POST", f"{path}/submission", {}),
            "the records without a sign-in": await other.call("trespass", "GET", records),
        }
        self.readings.trespasses.update({what: reply.status for what, reply in tried.items()})

    async def close(self) -> None:
        """The organizer ends the round now."""
        await asyncio.to_thread(self.organizer.close_round, self.material)
        self.closed_at = now_utc()

    async def wait_until_final(self, seconds: float = 20) -> None:
        """Papers are open for the grace that the rules give after the end; then somebody makes them final."""
        await asyncio.sleep(checker.GRACE.total_seconds() + 0.5)
        await asyncio.to_thread(readings.wait_for_round_end, self.organizer, self.material, seconds)

    async def look_back(self) -> None:
        """Everybody looks at what became of the papers."""
        places = asyncio.Semaphore(40)

        async def one(sitter: Sitter) -> None:
            async with places:
                await sitter.look_back()

        await asyncio.gather(*(one(sitter) for sitter in self.people))

    async def check(self, tree: Path) -> None:
        """Read every door and let the checker judge."""
        await asyncio.to_thread(readings.read_final, self.organizer, self.material, tree / VERIFIER, self.readings)
        for sitter in self.people:
            self.readings.receipts.update(sitter.receipts)
        self.wrong.extend(checker.judge(self._case(self.readings)))

    def _case(self, found: Readings) -> Case:
        return Case(self.material, self.history, truth_of(self.history), found, self.closed_at)
