"""F3: Redis is away for a long time: refused (stopped) and hung (SIGSTOP)."""

import asyncio
import signal

from faults.nemesis import Spell, p95
from faults.processes import send, state_of
from faults.stage import SQLITE, Drill, Stage, harm

# The promise of the issue is three times the normal value; below a floor the machine's own noise decides.
MOST_TIMES = 3.0
NOISE_SECONDS = 0.5
MOST_SECONDS = 2.0


async def refused(stage: Stage) -> None:
    """Nobody listens where Redis was."""
    await _away(stage, hung=False)


async def hung(stage: Stage) -> None:
    """Redis accepts and never answers: only time-outs help."""
    await _away(stage, hung=True)


async def _away(stage: Stage, *, hung: bool) -> None:
    await stage.open()
    began = stage.history.operations[-1].at
    await stage.work_for(stage.seconds(3, 10))
    async with harm(stage, "Redis hangs" if hung else "Redis is stopped") as spell:
        if hung:
            send([stage.own_redis.pid], signal.SIGSTOP)
            spell.observe(state_of(stage.own_redis.pid) == "T", "the process is stopped")
        else:
            await asyncio.to_thread(stage.own_redis.stop)
            spell.observe(True, "the process is gone")
        await stage.work_for(stage.seconds(5, 60))
        _judge_saves(stage, began, spell)
        stage.demand(stage.product.status("/healthz") == 200, "/healthz is not 200 while Redis is away")
        if hung:
            send([stage.own_redis.pid], signal.SIGCONT)
        else:
            await asyncio.to_thread(stage.own_redis.start)
    await stage.judge()


def _judge_saves(stage: Stage, began: float, spell: Spell) -> None:
    end = stage.history.operations[-1].at
    before, during = p95(stage.save_seconds(began, spell.began_at)), p95(stage.save_seconds(spell.began_at, end))
    stage.report.notes.append(f"p95 of a save {before:.2f} s before, {during:.2f} s during")
    stage.demand(during <= MOST_SECONDS, f"the p95 of a save is {during:.1f} s while Redis is away")
    stage.demand(
        during <= max(NOISE_SECONDS, MOST_TIMES * before),
        f"the p95 of a save went from {before:.2f} s to {during:.2f} s",
    )


DRILLS = (
    Drill("F3a", "Redis is away (refused)", refused, own_redis=True),
    Drill("F3b", "Redis is away (hung, SIGSTOP)", hung, own_redis=True, short_on=(SQLITE,)),
)
