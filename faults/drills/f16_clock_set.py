"""F16: somebody sets the server's clock in a running contest, of one process or of all: an hour, ten minutes, a day."""

import time
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection

from faults.case import moment
from faults.fake_clock import FakeClock
from faults.stage import Drill, Stage, harm

JUMPS = (3600, -600, 86_400)
MOST_OFF_SECONDS = 3.0


def prepare(stage: Stage) -> None:
    """Every process of the product has a clock that can be set. Raises Missing."""
    clock = FakeClock(stage.home / "clock")
    stage.settings.update(clock.env)
    stage.tools["clock"] = clock


async def everywhere(stage: Stage) -> None:
    """The clock of the machine."""
    await _jump(stage, alone=False)


async def one_process(stage: Stage) -> None:
    """One web worker has another clock than the rest: the worst case, since it disagrees with them."""
    await _jump(stage, alone=True)


async def _jump(stage: Stage, *, alone: bool) -> None:
    clock: FakeClock = stage.tools["clock"]
    await stage.open()
    for seconds in JUMPS:
        async with harm(stage, f"the clock is set by {seconds} s") as spell:
            pid = stage.product.web_workers()[0] if alone else None
            clock.move(seconds, pid)
            seen = max(abs(_date_of(stage) - time.time()) for _ in range(20))
            spell.observe(seen > abs(seconds) / 2, f"an answer has another date by {seen:.0f} s")
            await stage.work_for(stage.seconds(2, 10))
            await _look(stage)
            if pid is not None:
                clock.let_go(pid)
            clock.move(0)
        await stage.work_for(stage.seconds(0.5, 2))
    closed = [
        operation
        for operation in stage.history.operations
        if isinstance(operation.got, dict) and operation.got.get("code") == "attempt_closed"
    ]
    stage.demand(not closed, f"D5: {len(closed)} saves were refused because the clock was set")
    await stage.judge()


async def _look(stage: Stage) -> None:
    """What the product says the time is, whichever process answers."""
    for _ in range(6):
        reply = await stage.people[0].site.session()
        if reply.ok:
            off = abs(moment(reply.body["server_now"]).timestamp() - time.time())
            stage.demand(off <= MOST_OFF_SECONDS, f"D5: the product says another time by {off:.0f} s")


def _date_of(stage: Stage) -> float:
    """The Date header, which the web server takes from the clock of its process."""
    connection = HTTPConnection("127.0.0.1", stage.product.port, timeout=10)
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    connection.close()
    return parsedate_to_datetime(response.headers["Date"]).timestamp()


DRILLS = (
    Drill("F16a", "the server's clock is set (all processes)", everywhere, prepare=prepare),
    Drill("F16b", "the clock of one web worker is set", one_process, prepare=prepare),
)
