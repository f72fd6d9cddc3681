"""F17: two web hosts whose clocks are half a minute apart, on one database: one clock decides, whoever answers."""

import asyncio
import signal
import subprocess
import sys
import time

from faults.case import moment
from faults.checker import GRACE
from faults.drills.f16_clock_set import prepare
from faults.fake_clock import FakeClock
from faults.material import Wishes
from faults.processes import family_of, free_port, send, wait_until
from faults.product import Product, ProductError
from faults.sitters import Sitter
from faults.stage import POSTGRESQL, Drill, Stage
from simulation.site import Site

APART_SECONDS = 30
LIMIT_SECONDS = 45


class Host:
    """A second web host of the product: the web server alone, by its production command, on a port of its own."""

    def __init__(self, product: Product, clock: FakeClock) -> None:
        self.port = free_port()
        self.clock = clock
        env = {**product.env, **clock.env, "PORT": str(self.port), "QUIZ_DATA_DIR": str(product.home / "host2")}
        (product.home / "host2" / "run").mkdir(parents=True)
        with (product.home / "host2.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
                cwd=product.tree,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if not wait_until(lambda: product.status_at(self.port, "/healthz") == 200, 60):
            self.stop()
            raise ProductError("the second web host does not answer")

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it."""
        family = family_of(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            send(family, signal.SIGKILL)


async def run(stage: Stage) -> None:
    """People on both hosts; then papers that end, with the same save through both around their end."""
    second = FakeClock(stage.home / "clock2")
    second.move(APART_SECONDS)
    host = await asyncio.to_thread(Host, stage.product, second)
    stage.at_end.append(host.stop)
    await stage.open()
    await stage.crowd(stage.times(8, 20), url=host.url)
    with stage.nemesis.fault("two web hosts have different clocks") as spell:
        told = [await _time_of(stage, url) for url in (stage.product.url, host.url)]
        spell.observe(True, f"the hosts say {told[0]:+.1f} s and {told[1]:+.1f} s")
        stage.demand(abs(told[0] - told[1]) <= GRACE.total_seconds(), f"D5: the hosts say {told} s off the true time")
        side = await stage.side_contest(
            Wishes(limit_seconds=LIMIT_SECONDS, attempts=1), stage.times(6, 20), leaves=True
        )
        await _one_verdict(stage, side.people, host)
    await stage.judge()


async def _one_verdict(stage: Stage, people: list[Sitter], host: Host) -> None:
    """Before and after the deadline, the same save gets the same verdict from both hosts."""
    ends = {person: moment((await person.site.read(person.attempt or "")).body["deadline"]) for person in people}
    for before, closed in ((12.0, False), (-8.0, True)):
        for person in people:
            await stage.work_for(max(0.0, ends[person].timestamp() - before - time.time()))
            other = Site(host.url, stage.history, who=person.who)
            other.client.cookie_jar.update_cookies(person.site.cookies())
            other.csrf_token = person.site.csrf_token
            path = f"/api/v1/attempts/{person.attempt}/answers"
            replies = [await site.write("verdict", "PUT", path, {"batch": []}) for site in (person.site, other)]
            await other.close()
            verdicts = [reply.code == "attempt_closed" for reply in replies]
            when = f"{abs(before):.0f} s {'after' if closed else 'before'} the deadline"
            stage.demand(verdicts == [closed] * 2, f"D5: {when} the hosts say closed={verdicts}")


async def _time_of(stage: Stage, url: str) -> float:
    """How far the time of a host is from the true one."""
    site = Site(url, stage.history, who="looker")
    reply = await site.session()
    await site.close()
    return moment(reply.body["server_now"]).timestamp() - time.time() if reply.ok else float("inf")


DRILLS = (Drill("F17", "two web hosts half a minute apart", run, (POSTGRESQL,), prepare=prepare, people=(12, 24)),)
