"""F34: two hundred connections that are never done: half a head, half a body, an answer that nobody reads."""

import asyncio
import socket
import time
from contextlib import suppress

from faults.nemesis import p95
from faults.stage import Drill, Stage

CONNECTIONS = 200
_FACTOR = 2.0
_ALWAYS_ALLOWED_SECONDS = 0.15

_BEGINNINGS = {
    "head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": (
        b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 4000\r\n\r\n{"
    ),
    "read": b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


async def run(stage: Stage) -> None:
    """Each kind in turn, while people save; in between everything is normal again."""
    await stage.open()
    calm: list[float] = []
    for kind, beginning in _BEGINNINGS.items():
        began = time.time()
        await stage.work_for(stage.seconds(2, 5))
        calm += stage.save_seconds(began, time.time())
        with stage.nemesis.fault(f"{CONNECTIONS} connections with a slow {kind}") as spell:
            over = asyncio.Event()
            slow = [asyncio.create_task(_dawdle(stage.product.port, beginning, kind, over)) for _ in range(CONNECTIONS)]
            # Two hundred requests at once are a load of their own, which is not meant here.
            await stage.work_for(2)
            began = time.time()
            await stage.work_for(stage.seconds(3, 10))
            slowed = stage.save_seconds(began, time.time())
            alive = await asyncio.to_thread(stage.product.status, "/healthz", 5)
            over.set()
            connected = sum(await asyncio.gather(*slow))
            spell.observe(connected >= CONNECTIONS * 0.9, "the slow connections were made")
        normal, under = p95(calm), p95(slowed)
        most = _FACTOR * normal + _ALWAYS_ALLOWED_SECONDS
        stage.demand(alive == 200, f"slow {kind}: /healthz says {alive}")
        stage.demand(
            bool(slowed) and under <= most, f"slow {kind}: p95 of a save {under:.2f} s, normally {normal:.2f} s"
        )
        stage.report.notes.append(f"{kind} {normal * 1000:.0f}→{under * 1000:.0f} ms")
    await stage.judge()


async def _dawdle(port: int, beginning: bytes, kind: str, over: asyncio.Event) -> bool:
    """One connection that is kept busy with a byte now and then. Whether it came about."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_connect(connection, ("127.0.0.1", port))
        except OSError:
            return False
        # The site may well hang up on such a client.
        with suppress(OSError):
            await loop.sock_sendall(connection, beginning)
            while not over.is_set():
                await asyncio.sleep(0.5)
                if kind != "read":
                    await loop.sock_sendall(connection, b"x")
        return True


DRILLS = (Drill("F34", "200 slow connections: head, body, reading", run, people=(8, 16), timeout=5.0),)
