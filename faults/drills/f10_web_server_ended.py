"""F10: the web server is killed, asked to end, and told to reload (a deploy), under load."""

import signal
import time

from faults.processes import is_alive, send
from faults.stage import POSTGRESQL, Drill, Stage, harm, until

BACK_WITHIN_SECONDS = 15.0
FAILED_SHARE = 0.001


async def killed(stage: Stage) -> None:
    """kill -9 of the master: its workers do not go on as orphans, and the supervisor starts it again."""
    await _ended(stage, signal.SIGKILL, "the web server is killed")


async def asked(stage: Stage) -> None:
    """TERM with requests in flight."""
    await _ended(stage, signal.SIGTERM, "the web server is asked to end")


async def _ended(stage: Stage, number: signal.Signals, what: str) -> None:
    await stage.open()
    for _ in range(stage.times(1, 5)):
        async with harm(stage, what) as spell:
            master, workers = stage.product.expect_pid("gunicorn"), stage.product.web_workers()
            send([master], number)
            gone = await until(lambda master=master: not is_alive(master), 40)
            spell.observe(gone, "the master is gone")
            orphans = [pid for pid in workers if not await until(lambda pid=pid: not is_alive(pid), 10)]
            stage.demand(not orphans, f"{len(orphans)} workers went on without their master")
            spell.lift()
            seconds = await stage.until_healthy(spell)
            stage.demand(seconds <= stage.within(BACK_WITHIN_SECONDS), f"the web server was back after {seconds:.0f} s")
        await stage.work_for(stage.seconds(0.5, 2))
    await stage.judge()


async def reloaded(stage: Stage) -> None:
    """HUP: new workers take over from the old ones; hardly anything fails, and nothing is lost."""
    await stage.open()
    began = time.time()
    for _ in range(stage.times(2, 9)):
        async with harm(stage, "the web server reloads") as spell:
            master, old = stage.product.expect_pid("gunicorn"), set(stage.product.web_workers())
            send([master], signal.SIGHUP)
            changed = await until(lambda old=old: not old & set(stage.product.web_workers()), 45)
            spell.observe(changed and is_alive(master), "all workers are new ones")
        await stage.work_for(stage.seconds(1, 20))
    counts = stage.history.counts(since=began)
    # One operation of a short run is more than a thousandth of it.
    most = max(2, FAILED_SHARE * counts.total())
    stage.demand(
        counts["unknown"] <= most, f"{counts['unknown']} of {counts.total()} operations failed over the reloads"
    )
    await stage.judge()


DRILLS = (
    Drill("F10a", "the web server is killed (kill -9)", killed),
    Drill("F10b", "the web server is asked to end (TERM)", asked),
    Drill("F10c", "the web server reloads (HUP, a deploy)", reloaded, short_on=(POSTGRESQL,)),
)
