"""What one operation costs in each program of the fleet: `python -m faults.machines.costs > docs/scaling.json`.

Each kind of operation is done alone, by people with sessions, through nginx, pgbouncer and a synchronous standby: the
CPU microseconds of each program (what it uses while nobody asks is measured first and taken off) and the bytes that
nginx sends. Then what a person leaves behind: on the disk, in the database's log, in Redis.
"""

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from faults.machines.fleet import Fleet
from faults.machines.service import Service
from faults.material import Material, Wishes
from faults.organizer import Organizer
from faults.processes import children_of, send
from simulation.history import History
from simulation.site import Reply, Site

PEOPLE = 240
# So many more do everything once before: templates are compiled, plans and connections made.
WARM_UP = 16
AT_ONCE = 24
IDLE_SECONDS = 5.0
QUESTIONS = 30
# What one phone sends between two pauses of its saver.
ANSWERS_IN_A_SAVE = 2
SAVES_EACH = 8
_TICKS = os.sysconf("SC_CLK_TCK")


class Phone:
    """Somebody whose operations are counted."""

    def __init__(self, number: int, url: str, history: History, material: Material) -> None:
        address = f"10.44.{number // 250}.{number % 250 + 1}"
        self.site = Site(url, history, who=f"p{number}", address=address, timeout=60)
        self.material = material
        self.attempt = ""
        self._questions: list[dict[str, object]] = []
        self._rev = 0

    async def enter(self) -> Reply:
        contest = await self.site.contest(self.material.slug)
        consent = {"version": contest.body["entry"]["consent_version"]}
        return await self.site.enter(self.material.slug, {**self.material.new_person(), "consent": consent})

    async def start(self) -> Reply:
        reply = await self.site.start(self.material.slug, self.material.round)
        self.attempt, self._questions = reply.body["attempt"], reply.body["paper"]["questions"]
        return reply

    async def save(self) -> Reply:
        batch = []
        for _ in range(ANSWERS_IN_A_SAVE):
            question = self._questions[self._rev % len(self._questions)]
            self._rev += 1
            options = [question["options"][0]["option"]]  # type: ignore[index]
            batch.append({"question": question["question"], "options": options, "rev": self._rev})
        return await self.site.save(self.attempt, batch)

    async def submit(self) -> Reply:
        return await self.site.submit(self.attempt, self._rev)

    async def contest_page(self) -> Reply:
        return await self.site.get(f"/cuoc-thi/{self.material.slug}")

    async def paper_page(self) -> Reply:
        return await self.site.get(f"/bai-thi/{self.attempt}")

    async def own_board(self) -> Reply:
        return await self.site.board(self.material.slug, self.material.round)

    async def result_page(self) -> Reply:
        return await self.site.get(f"/bai-thi/{self.attempt}/da-nop")


Step = tuple[str, Callable[[Phone], Awaitable[Reply]], int]
STEPS: tuple[Step, ...] = (
    ("contest_page", Phone.contest_page, 1),
    ("enter", Phone.enter, 1),
    ("start", Phone.start, 1),
    ("paper_page", Phone.paper_page, 1),
    ("save", Phone.save, SAVES_EACH),
    ("submit", Phone.submit, 1),
    ("result_page", Phone.result_page, 1),
    ("own_board", Phone.own_board, 2),
)


class FrontLog:
    """How many bytes of bodies nginx has sent, as its log says."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._path = fleet.front.home / "logs" / "quizapp-access.log"
        self._read = 0
        self.new_bytes()

    def new_bytes(self) -> int:
        """Those since the last call."""
        # A new log file, for which the old one's buffer is written out; it is the same file here.
        send([self._fleet.front.pid], signal.SIGUSR1)
        time.sleep(0.5)
        with self._path.open(encoding="utf-8") as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        # time, address, method, path, status, bytes …
        return sum(int(line.split()[5]) for line in lines if line.split()[3] != "/healthz")


async def measure(fleet: Fleet, material: Material, history: History) -> dict[str, dict[str, float]]:
    """Microseconds by operation and program, and the bytes that nginx sends. Raises RuntimeError."""
    phones = [Phone(number, fleet.url, history, material) for number in range(PEOPLE + WARM_UP)]
    early, phones = phones[:WARM_UP], phones[WARM_UP:]
    for _, step, _ in STEPS:
        await _all(early, step, 1)
    programs = _programs(fleet)
    log = FrontLog(fleet)
    idle = await _idle(programs)
    found: dict[str, dict[str, float]] = {}
    try:
        for name, step, times in STEPS:
            before, began = _cpu(programs), time.monotonic()
            replies = await _all(phones, step, times)
            # What is written behind, a board or a replica, belongs to the operation as well.
            await asyncio.sleep(1.0)
            seconds = time.monotonic() - began
            after = _cpu(programs)
            bad = [reply for reply in replies if not reply.ok]
            if bad:
                raise RuntimeError(f"{name}: {bad[0].status} {bad[0].code}, {len(bad)} times")
            found[name] = {
                program: round((after[program] - before[program] - idle[program] * seconds) * 1e6 / len(replies))
                for program in programs
            }
            found[name]["sent_bytes"] = round(await asyncio.to_thread(log.new_bytes) / len(replies))
    finally:
        await asyncio.gather(*(phone.site.close() for phone in (*early, *phones)))
    return found


async def _all(phones: Iterable[Phone], step: Callable[[Phone], Awaitable[Reply]], times: int) -> list[Reply]:
    door = asyncio.Semaphore(AT_ONCE)

    async def one(phone: Phone) -> list[Reply]:
        replies = []
        for _ in range(times):
            async with door:
                replies.append(await step(phone))
        return replies

    return [reply for replies in await asyncio.gather(*map(one, phones)) for reply in replies]


async def _idle(programs: dict[str, list[Service]]) -> dict[str, float]:
    """CPU seconds in a second in which nobody asks."""
    before = _cpu(programs)
    await asyncio.sleep(IDLE_SECONDS)
    after = _cpu(programs)
    return {program: (after[program] - before[program]) / IDLE_SECONDS for program in programs}


def _programs(fleet: Fleet) -> dict[str, list[Service]]:
    primary, standby = fleet.primary(), fleet.standby()
    if primary is None or standby is None:
        raise RuntimeError("no pair of databases")
    return {
        "web": fleet.web,
        "database": [primary],
        "standby": [standby],
        "pooler": [fleet.pooler, fleet.way_to_primary],
        "redis": fleet.redis,
        "nginx": [fleet.front],
        "worker": fleet.workers,
    }


def _cpu(programs: dict[str, list[Service]]) -> dict[str, float]:
    """CPU seconds used so far by all processes of each program, those that have ended included."""
    return {name: sum(map(_seconds, _pids(services))) for name, services in programs.items()}


def _pids(services: list[Service]) -> list[int]:
    return [pid for service in services for pid in service.pids()]


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def kept(fleet: Fleet) -> dict[str, float]:
    """Bytes on the disk, in the database's log since its beginning, and in Redis."""
    with fleet.connect() as connection:
        row = connection.execute("SELECT pg_database_size('quiz'), pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
    if row is None:
        raise RuntimeError("the database says nothing")
    return {"disk": float(row[0]), "log": float(row[1]), "redis": float(fleet.redis_bytes())}


def resident(fleet: Fleet) -> float:
    """Bytes of memory that a web worker holds, those that it shares with others counted in part."""
    sizes = [_proportional(pid) for service in fleet.web for pid in children_of(service.pid)]
    return sum(sizes) / len(sizes)


def _proportional(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> int:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="quiz-costs-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        rng = random.Random(20)
        fleet = Fleet(home / "fleet", "mk-0123456789", rng)
        try:
            fleet.start()
            organizer = Organizer(fleet.port, "mk-0123456789")
            organizer.sign_in()
            material = organizer.prepare(rng, Wishes(questions=QUESTIONS, limit_seconds=3600, attempts=1))
            before = kept(fleet)
            with History(home / "history.jsonl") as history:
                operations = asyncio.run(measure(fleet, material, history))
            after = kept(fleet)
            figures = {
                "people": PEOPLE,
                "questions": QUESTIONS,
                "operations": operations,
                "bytes_a_person": {name: round((after[name] - before[name]) / (PEOPLE + WARM_UP)) for name in after},
                "bytes_a_web_worker": round(resident(fleet)),
            }
        finally:
            fleet.stop()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
