"""A contest under a fault: the product, its databases, the organizer, a crowd, and the judgement at the end."""

import asyncio
import random
import shutil
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from faults import checker
from faults.contest import BOARD_RIGHT_WITHIN_SECONDS, Contest
from faults.drill import BOTH as BOTH
from faults.drill import POSTGRESQL as POSTGRESQL
from faults.drill import SQLITE as SQLITE
from faults.drill import VOID
from faults.drill import Drill as Drill
from faults.drill import Report as Report
from faults.material import Material, Wishes
from faults.nemesis import Nemesis, NoOverlap, Spell
from faults.organizer import Organizer, Refused
from faults.postgres import Cluster, Missing
from faults.product import ROOT, Product, ProductError
from faults.readings import Readings
from faults.redis_server import RedisServer
from faults.sitters import GaveUp, Sitter
from simulation.history import History

Thing = TypeVar("Thing")

HEALTHY_WITHIN_SECONDS = 45.0


class Red(RuntimeError):
    """The product broke a promise; the message says which and how."""


class Stage:
    """One run of one drill on one database. Everything random comes from `rng`."""

    def __init__(self, drill: Drill, database: str, home: Path, seed: int, *, short: bool, tree: Path = ROOT) -> None:
        self.drill = drill
        self.database = database
        self.home = home
        self.short = short
        self.tree = tree
        self.rng = random.Random(f"{seed} {drill.code} {database}")
        self.history = History(home / "history.jsonl")
        self.nemesis = Nemesis(self.history, home / "nemesis.jsonl")
        self.report = Report(drill, database)
        self.cluster: Cluster | None = None
        self.redis: RedisServer | None = None
        self.settings: dict[str, str] = {"SECRET_KEY": f"{self.rng.getrandbits(256):064x}", **dict(drill.env)}
        self.data_root = home / "product"
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._product: Product | None = None
        self._organizer: Organizer | None = None
        self._contest: Contest | None = None
        self.sides: list[Contest] = []
        self.start_seconds = 0.0
        # What a drill's preparation leaves for its run, and has to have undone.
        self.tools: dict[str, Any] = {}
        self.at_end: list[Callable[[], None]] = []

    # --- what a drill works with ----------------------------------------------------------------------------------

    @property
    def product(self) -> Product:
        """The running product."""
        return _there(self._product)

    @property
    def organizer(self) -> Organizer:
        """The signed-in first administrator."""
        return _there(self._organizer)

    @property
    def contest(self) -> Contest:
        """The contest in which the crowd is."""
        return _there(self._contest)

    @property
    def material(self) -> Material:
        """What the contest is made of."""
        return self.contest.material

    @property
    def people(self) -> list[Sitter]:
        """The crowd."""
        return self.contest.people

    @property
    def readings(self) -> Readings:
        """What the product says of the contest."""
        return self.contest.readings

    @property
    def postgres(self) -> Cluster:
        """The cluster; only on PostgreSQL."""
        return _there(self.cluster)

    @property
    def own_redis(self) -> RedisServer:
        """The drill's own Redis, when it asked for one."""
        return _there(self.redis)

    @property
    def redis_address(self) -> Path | int:
        """Where commands to the product's Redis go."""
        return self.redis.port if self.redis else _there(self.product.redis_socket())

    def seconds(self, short: float, full: float) -> float:
        """A span: the first in the short set, the second in the full one."""
        return short if self.short else full

    def within(self, seconds: float) -> float:
        """A time in which processes must be back; on a machine so busy that the first start took long, longer."""
        return max(seconds, 2.5 * self.start_seconds)

    def times(self, short: int, full: int) -> int:
        """A number: the first in the short set, the second in the full one."""
        return short if self.short else full

    async def open(self, **options: Any) -> None:
        """Make a contest, let the crowd (`options` as for `crowd`) arrive and work for a moment."""
        self._contest = await self._make_contest(self.drill.wishes, self.history)
        await self.crowd(self.times(*self.drill.people), **options)
        await asyncio.to_thread(self.organizer.flip_bank, self.material)
        await self.work_for(self.seconds(1.5, 3))

    async def crowd(self, count: int, **options: Any) -> list[Sitter]:
        """So many more people (`options` as for `Contest.invite`), who have entered and have a paper."""
        added = self.contest.invite(count, **options)
        await self.contest.arrive(added)
        return added

    def set_to_work(self) -> None:
        """Everybody who is not working yet begins to."""
        for sitter in self.people[len(self._tasks) :]:
            self._tasks.append(asyncio.create_task(sitter.work(self._over)))

    async def work_for(self, seconds: float) -> None:
        """Let the crowd work. Raises what ended one of them."""
        self.set_to_work()
        await asyncio.sleep(seconds)
        for task in self._tasks:
            if task.done() and task.exception() is not None:
                raise task.exception() or AssertionError

    async def until_healthy(self, spell: Spell, within: float = HEALTHY_WITHIN_SECONDS) -> float:
        """Wait until half of the people have had a save acknowledged that began after the fault was lifted.

        Returns and reports the seconds since then. Raises Red when it takes longer than `within`.
        """
        if spell.lifted_at is None:
            spell.lift()
        lifted = spell.lifted_at or 0.0
        wanted = max(1, len(self.people) // 2)
        while True:
            healthy = {
                operation.who: operation.done_at or 0.0
                for operation in self.history.operations
                if operation.kind == "save" and operation.at >= lifted and operation.outcome == "acknowledged"
            }
            if len(healthy) >= wanted:
                seconds = sorted(healthy.values())[wanted - 1] - lifted
                self.report.healthy_after = max(self.report.healthy_after or 0.0, seconds)
                return seconds
            if time.time() > lifted + self.within(within):
                raise Red(
                    f"not healthy {within:.0f} s after the fault: {len(healthy)} of {len(self.people)} are served"
                )
            await self.work_for(0.1)

    def save_seconds(self, since: float, until: float) -> list[float]:
        """How long the saves took that began between these moments; one without an answer counts to its end."""
        return [
            (operation.done_at or until) - operation.at
            for operation in self.history.operations
            if operation.kind == "save" and since <= operation.at <= until
        ]

    def demand(self, kept: bool, promise: str) -> None:
        """Make the drill red, with the reason, unless the promise was kept."""
        if not kept:
            self.report.red.append(promise)

    # --- the end --------------------------------------------------------------------------------------------------

    async def judge(self) -> None:
        """Traffic once more, final saves read back, the round's end, every door read, and the checker."""
        await self.work_for(self.seconds(1, 2))
        await self.rest()
        await self.contest.finish()
        await self.contest.compare_live_board()
        await self.contest.trespass()
        await self.contest.close()
        await self.contest.wait_until_final()
        await self.contest.look_back()
        await self.contest.check(self.tree)

    async def move_to(self, product: Product) -> None:
        """From now on everybody is at another product that is running; the first one has to be stopped by the drill."""
        self._product = product
        self._organizer = Organizer(product.port, product.password)
        await asyncio.to_thread(self.organizer.sign_in)
        self.contest.url, self.contest.organizer = product.url, self.organizer
        for sitter in self.people:
            sitter.site.base_url = product.url

    async def rest(self) -> None:
        """Everybody finishes what is under way and does nothing more."""
        self._over.set()
        await asyncio.gather(*self._tasks)
        self._tasks = []
        self._over = asyncio.Event()

    async def compare_live_board(self, within: float = BOARD_RIGHT_WITHIN_SECONDS) -> None:
        """D8 while nothing moves: the live board is the ranking of the records so far, within some seconds."""
        await self.contest.compare_live_board(within)

    async def side_contest(self, wishes: Wishes, count: int, **options: Any) -> Contest:
        """Another contest of this product with so many people, who have papers; it is judged on its own."""
        side = await self._make_contest(wishes, History(self.home / f"history-{len(self.sides)}.jsonl"))
        self.sides.append(side)
        await side.arrive(side.invite(count, **options))
        return side

    def count(self) -> None:
        """Put the numbers of the history into the report."""
        counts = self.history.counts()
        self.report.acknowledged = counts["acknowledged"]
        self.report.refused = counts["refused"]
        self.report.unknown = counts["unknown"] + counts[None]
        self.report.in_flight = len(self.nemesis.met())

    def conclude(self) -> None:
        """Put what the contests found against the product into the report."""
        for contest in [*([self._contest] if self._contest else []), *self.sides]:
            self.report.lost += checker.lost_in(contest.wrong)
            self.report.red.extend(str(violation) for violation in contest.wrong)

    async def _make_contest(self, wishes: Wishes, history: History) -> Contest:
        material = await asyncio.to_thread(self.organizer.prepare, self.rng, wishes)
        return Contest(self.product.url, self.organizer, material, history, self.rng, self.drill.timeout)

    # --- beginning and end ----------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Start what the drill needs. Raises Missing, ProductError."""
        if self.drill.prepare is not None:
            self.drill.prepare(self)
        if self.database == POSTGRESQL:
            self.cluster = Cluster(self.home / "postgres")
            await asyncio.to_thread(self.cluster.start)
            self.settings["DATABASE_URL"] = self.cluster.url
        if self.drill.own_redis:
            self.redis = RedisServer(self.home / "redis", password=self.drill.redis_password)
            await asyncio.to_thread(self.redis.start)
            self.settings["REDIS_URL"] = self.redis.url(self.drill.redis_password)
        password = f"mk-{self.rng.getrandbits(64):016x}"
        self._product = Product(self.data_root, password, self.settings, tree=self.tree)
        began = time.monotonic()
        await asyncio.to_thread(self.product.start)
        self.start_seconds = time.monotonic() - began
        self._organizer = Organizer(self.product.port, password)
        await asyncio.to_thread(self.organizer.sign_in)

    async def end(self) -> None:
        """Stop everything that was started, however the drill went."""
        self._over.set()
        for task in self._tasks:
            task.cancel()
        with suppress(Exception):
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for contest in [*([self._contest] if self._contest else []), *self.sides]:
            await asyncio.gather(*(sitter.site.close() for sitter in contest.people), return_exceptions=True)
        for thing in (self._product, self.cluster, self.redis):
            if thing is not None:
                await asyncio.to_thread(thing.stop)
        self.history.close()
        for undo in self.at_end:
            undo()


async def run_drill(
    drill: Drill, database: str, home: Path, seed: int, *, short: bool, tree: Path = ROOT, keep: bool = False
) -> Report:
    """One drill on one database; never raises, also not for a mistake of the drill itself, which is red as well."""
    began = time.monotonic()
    home.mkdir(parents=True)
    home.chmod(0o755)
    stage = (drill.stage or Stage)(drill, database, home, seed, short=short, tree=tree)
    report = stage.report
    try:
        await stage.begin()
        await drill.run(stage)
        report.in_flight = stage.nemesis.assert_overlap(drill.least)
    except Missing as missing:
        report.missing = str(missing)
    except (Red, GaveUp, Refused, ProductError) as reason:
        report.red.append(str(reason))
    except NoOverlap as void:
        report.red.append(f"{VOID}: {void}")
    except Exception as mistake:
        # One drill that breaks must not keep the others from being run.
        (home / "mistake").write_text(traceback.format_exc(), encoding="utf-8")
        report.red.append(f"{VOID}: {mistake!r}")
    finally:
        stage.conclude()
        stage.count()
        await stage.end()
    report.seconds = time.monotonic() - began
    if not keep and not report.red:
        shutil.rmtree(home, ignore_errors=True)
    return report


@asynccontextmanager
async def harm(stage: Stage, what: str) -> AsyncIterator[Spell]:
    """A fault that ends when the product is healthy again: `spell.lift()` inside when its cause is gone."""
    with stage.nemesis.fault(what) as spell:
        yield spell
        await stage.until_healthy(spell)
        # At once: what the fault has swallowed would soon be hidden by later saves.
        await asyncio.gather(*(sitter.site.read(sitter.attempt) for sitter in stage.people if sitter.attempt))


async def until(
    reached: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float, pause: float = 0.05
) -> bool:
    """True as soon as it is reached; False when that takes longer than `seconds`."""
    give_up_at = time.monotonic() + seconds
    while True:
        found = reached()
        if isinstance(found, bool):
            if found:
                return True
        elif await found:
            return True
        if time.monotonic() >= give_up_at:
            return False
        await asyncio.sleep(pause)


def _there(thing: Thing | None) -> Thing:
    if thing is None:
        raise RuntimeError("the stage has not come so far")
    return thing
