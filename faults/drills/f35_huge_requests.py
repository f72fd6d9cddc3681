"""F35: requests of absurd size or depth: refused at once, and the processes do not swell."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from faults.stage import SQLITE, Drill, Stage
from simulation.site import Site

MEBIBYTE = 2**20
_MOST_SECONDS = 5.0
_MOST_GROWTH = 50 * MEBIBYTE
_PIECE = 64 * 1024
_BOUNDARY = "ranh-gioi"


async def run(stage: Stage) -> None:
    """Each request from somebody who has a session and a token, so that nothing else refuses it before."""
    await stage.open()
    site = stage.people[0].site
    attempt = stage.people[0].attempt or ""
    before = _memory(stage)
    worst = 0.0
    with stage.nemesis.fault("requests of absurd size") as spell:
        for what, request in _requests(stage, site, attempt):
            began = time.monotonic()
            status = await _send(stage.product.port, request)
            seconds = time.monotonic() - began
            worst = max(worst, seconds)
            stage.demand(400 <= status < 500, f"{what}: {status or 'no answer'}")
            stage.demand(seconds <= _MOST_SECONDS, f"{what}: answered after {seconds:.1f} s")
            grown = max((now - before.get(pid, now) for pid, now in _memory(stage).items()), default=0)
            stage.demand(grown <= _MOST_GROWTH, f"{what}: a process is {grown // MEBIBYTE} MiB larger")
            spell.observe(True, f"{what}: {status}")
            await stage.work_for(0.3)
    grown = max((now - before.get(pid, now) for pid, now in _memory(stage).items()), default=0)
    stage.demand(set(before) <= set(_memory(stage)), "a web worker is gone")
    stage.report.notes.append(f"slowest {worst:.1f} s, {grown // MEBIBYTE} MiB more at most")
    await stage.judge()


def _requests(stage: Stage, site: Site, attempt: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    entry = f"/cuoc-thi/{stage.material.slug}/dang-ky"
    saving = f"/api/v1/attempts/{attempt}/answers"
    parts = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\nx\r\n' for number in range(1200)
    )
    yield "100 MiB of JSON", _request(site, "PUT", saving, "application/json", size=100 * MEBIBYTE)
    yield "100 MiB of a form", _request(site, "POST", entry, "application/x-www-form-urlencoded", size=100 * MEBIBYTE)
    yield (
        "a chunked body without end",
        _request(site, "PUT", saving, "application/json", size=100 * MEBIBYTE, chunked=True),
    )
    multipart = f"multipart/form-data; boundary={_BOUNDARY}"
    yield "1,200 parts", _request(site, "POST", entry, multipart, f"{parts}--{_BOUNDARY}--\r\n".encode())
    big = b"full_name=" + b"a" * 600_000
    yield "a field of 600 kB", _request(site, "POST", entry, "application/x-www-form-urlencoded", big)
    many = "&".join(f"f{number}=x" for number in range(10_000)).encode()
    yield "10,000 fields", _request(site, "POST", entry, "application/x-www-form-urlencoded", many)
    yield "a header of 1 MiB", _request(site, "GET", "/", extra=f"X-Large: {'x' * MEBIBYTE}\r\n")
    deep = b'{"batch": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    yield "JSON 10,000 deep", _request(site, "PUT", saving, "application/json", deep)
    wide = json.dumps({"batch": [{"question": "q", "options": ["A"], "rev": 1}] * 5000}).encode()
    yield "5,000 choices in a batch", _request(site, "PUT", saving, "application/json", wide)


def _request(
    site: Site,
    method: str,
    path: str,
    kind: str = "",
    body: bytes = b"",
    *,
    size: int | None = None,
    chunked: bool = False,
    extra: str = "",
) -> Iterator[bytes]:
    """The bytes of a request; `size` = so many in the place of `body`."""
    cookie = "; ".join(f"{name}={value}" for name, value in site.cookies().items())
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookie}\r\n{extra}"
    head += f"X-CSRF-Token: {site.csrf_token}\r\n"
    if kind:
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body) if size is None else size}"
        head += f"Content-Type: {kind}\r\n{length}\r\n"
    yield f"{head}\r\n".encode()
    if size is None:
        yield body
        return
    piece = b'"' + b"a" * (_PIECE - 1)
    for _ in range(size // _PIECE):
        yield b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece


async def _send(port: int, request: Iterator[bytes]) -> int:
    """The status, which may come while the request is still being sent; 0 when none comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.create_task(reader.readline())
    try:
        with suppress(OSError):
            for piece in request:
                if answer.done():
                    break
                writer.write(piece)
                await writer.drain()
        line = await asyncio.wait_for(answer, _MOST_SECONDS * 4)
    except (OSError, TimeoutError):
        return 0
    finally:
        answer.cancel()
        writer.close()
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _memory(stage: Stage) -> dict[int, int]:
    """The resident bytes of each web worker."""
    found = {}
    for pid in stage.product.web_workers():
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            found[pid] = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
    return found


DRILLS = (Drill("F35", "requests of absurd size and depth", run, people=(10, 20), short_on=(SQLITE,)),)
