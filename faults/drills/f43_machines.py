"""F43: more than one machine; one of each kind is lost in turn while a contest runs, and nothing acknowledged is."""

import signal

from faults.machines.service import Service
from faults.machines.stage import Machines
from faults.processes import is_alive, send
from faults.stage import POSTGRESQL, Drill, Stage, harm, until

# Patroni waits 20 seconds before it believes that a primary is lost.
FAILOVER_SECONDS = 60
# Copying what it missed, on a machine that is busy with everything else.
PAIR_AGAIN_SECONDS = 240
BEHIND_SECONDS = 1.0


async def run(stage: Stage) -> None:
    """A web node, a Redis node, a worker, the pooler, nginx's configuration, the primary, then the standby."""
    assert isinstance(stage, Machines)
    fleet = stage.fleet
    await stage.open()
    await _lose(stage, fleet.web[0], "a web node is lost")
    await _lose(stage, await stage.ask(fleet.board_node), "the Redis node with the contest's boards is lost")
    await stage.compare_live_board()
    await _lose(stage, fleet.workers[0], "one of two workers is lost")
    await _lose(stage, fleet.pooler, "the pooler is lost", away=1.0)
    await _reload(stage)
    await _lose_primary(stage)
    await _lose_standby(stage)
    await stage.judge()


async def _lose(stage: Machines, service: Service, what: str, away: float | None = None) -> None:
    """Killed all at once; some seconds later started again, as systemd would."""
    async with harm(stage, what) as spell:
        pids = await stage.ask(service.kill)
        spell.observe(bool(pids) and not any(map(is_alive, pids)), f"{service.name} is gone")
        await stage.work_for(away or stage.seconds(2, 4))
        await stage.ask(service.start)
    await stage.work_for(stage.seconds(0.5, 2))


async def _reload(stage: Machines) -> None:
    async with harm(stage, "nginx is reloaded") as spell:
        for _ in range(stage.times(1, 3)):
            before, after = await stage.ask(stage.fleet.reload_front)
            spell.observe(bool(set(after) - set(before)), "nginx has new workers")
            await stage.work_for(0.5)


async def _lose_primary(stage: Machines) -> None:
    """The standby hears nothing for a moment, then the primary's machine is lost: what only the primary had written
    must not have been acknowledged, or it would be gone now.
    """
    fleet = stage.fleet
    await stage.ask(fleet.await_pair)
    primary, standby = fleet.primary(), fleet.standby()
    assert primary is not None
    assert standby is not None
    sender = fleet.sender_of(primary)
    async with harm(stage, "the primary's machine is lost") as spell:
        send(sender, signal.SIGSTOP)
        await stage.work_for(BEHIND_SECONDS)
        pids = await stage.ask(primary.kill)
        spell.observe(bool(sender) and not any(map(is_alive, pids)), f"{primary.name} is gone")
        promoted = await _until_primary(stage, standby)
        stage.demand(promoted, f"no failover within {FAILOVER_SECONDS} s")
        spell.lift()
    await stage.ask(primary.launch)
    await stage.ask(fleet.await_pair, PAIR_AGAIN_SECONDS)
    await stage.work_for(stage.seconds(1, 3))


async def _lose_standby(stage: Machines) -> None:
    """One of two is left: it goes on alone, and the other one catches up when it is back."""
    fleet = stage.fleet
    standby = fleet.standby()
    assert standby is not None
    async with harm(stage, "the standby's machine is lost") as spell:
        pids = await stage.ask(standby.kill)
        spell.observe(bool(pids) and not any(map(is_alive, pids)), f"{standby.name} is gone")
    await stage.ask(standby.launch)
    await stage.ask(fleet.await_pair, PAIR_AGAIN_SECONDS)


async def _until_primary(stage: Machines, database: Service) -> bool:
    async def is_primary() -> bool:
        return await stage.ask(stage.fleet.primary) is database

    return await until(is_primary, FAILOVER_SECONDS, 0.2)


DRILLS = (
    Drill(
        "F43", "one machine of each kind is lost in turn", run,
        databases=(POSTGRESQL,), stage=Machines, timeout=15.0,
    ),
)  # fmt: skip
