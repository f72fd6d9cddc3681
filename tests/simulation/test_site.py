import asyncio
import json
import random

import pytest
from aiohttp import web

from simulation.history import History
from simulation.network import Network
from simulation.site import Site
from tests.simulation.conftest import run, serving


def answering(status, body=None, headers=None):
    async def handler(request):
        return web.json_response(body if body is not None else {}, status=status, headers=headers)

    return handler


def save_with(handler, *, timeout=5.0, network=None):
    """One save against `handler`; the reply and the history."""
    history = History()
    replies = []

    async def test():
        async with serving(handler) as url, Site(url, history, who="an", timeout=timeout, network=network) as site:
            site.csrf_token = "t-0"
            replies.append(await site.save("a1", [{"question": "q1", "options": ["A"], "rev": 1}]))

    run(test())
    return replies[0], history


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "acknowledged"), (409, "refused"), (429, "refused"), (500, "unknown"), (503, "unknown")],
)
def test_the_outcome_follows_from_the_status(status, outcome):
    reply, history = save_with(answering(status, {"code": "x"}))

    assert (reply.status, reply.outcome, reply.code) == (status, outcome, "x")
    assert history.counts("save") == {outcome: 1}


def test_a_connection_that_breaks_leaves_the_outcome_unknown():
    async def breaks(request):
        request.transport.abort()
        await asyncio.sleep(1)
        return web.Response()

    reply, history = save_with(breaks)

    assert (reply.status, reply.outcome, reply.body) == (0, "unknown", None)
    assert history.operations[-1].done_at is not None


def test_an_answer_that_takes_too_long_leaves_the_outcome_unknown():
    async def hangs(request):
        await asyncio.sleep(30)
        return web.Response()

    reply, _ = save_with(hangs, timeout=0.2)

    assert reply.outcome == "unknown"


def test_nobody_there_is_no_error():
    history = History()

    async def test():
        async with Site("http://127.0.0.1:9", history) as site:
            assert (await site.read("a1")).outcome == "unknown"

    run(test())
    assert history.counts() == {"unknown": 1}


def test_half_an_answer_is_none():
    async def cut(request):
        response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"saved": []}')
        request.transport.abort()
        return response

    reply, _ = save_with(cut)

    assert (reply.status, reply.outcome) == (0, "unknown")


def test_a_call_that_is_cancelled_is_unknown():
    history = History()

    async def test():
        arrived = asyncio.Event()

        async def hangs(request):
            arrived.set()
            await asyncio.sleep(30)
            return web.Response()

        async with serving(hangs) as url, Site(url, history) as site:
            call = asyncio.create_task(site.read("a1"))
            await arrived.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    run(test())
    assert history.counts("read") == {"unknown": 1}


def test_writes_carry_cookie_token_and_address_and_begin_in_the_history():
    history = History()
    seen = {}

    async def test():
        async def handler(request):
            seen["headers"] = dict(request.headers)
            seen["body"] = await request.json()
            seen["begun"] = [(operation.kind, operation.outcome) for operation in history.operations]
            return web.json_response({})

        async with serving(handler) as url, Site(url, history, address="203.0.113.7") as site:
            await site.submit("a1", 4)

    run(test())
    assert seen["headers"]["X-CSRF-Token"] == "t-1"
    assert seen["headers"]["Cookie"] == "sid=abc"
    assert seen["headers"]["X-Forwarded-For"] == "203.0.113.7"
    assert seen["body"] == {"last_rev": 4}
    assert seen["begun"] == [("session", "acknowledged"), ("submit", None)]


def test_a_token_that_is_refused_is_asked_for_anew():
    history = History()

    async def test():
        async with serving(answering(403, {"code": "csrf_failed"})) as url, Site(url, history) as site:
            await site.submit("a1", 1)
            await site.submit("a1", 1)

    run(test())
    assert [operation.kind for operation in history.operations] == ["session", "submit", "session", "submit"]


def test_a_password_is_not_in_the_history(tmp_path):
    path = tmp_path / "history.jsonl"

    async def test():
        with History(path) as history:
            async with serving(answering(200, {"csrf_token": "t-2"})) as url, Site(url, history) as site:
                await site.sign_in("admin", "s3cret")
                assert site.csrf_token == "t-2"

    run(test())
    assert "admin" in path.read_text()
    assert "s3cret" not in path.read_text()


def test_retry_after_is_read_in_seconds():
    reply, _ = save_with(answering(503, {}, {"Retry-After": "7"}))

    assert reply.retry_after == 7
    assert save_with(answering(503))[0].retry_after is None


@pytest.mark.parametrize(
    ("fate", "outcome", "arrived"),
    [
        ("request_lost", "unknown", 0),
        ("answer_lost", "unknown", 1),
        ("late", "unknown", 1),
        ("doubled", "acknowledged", 2),
    ],
)
def test_what_a_bad_network_does_to_a_save(fate, outcome, arrived):
    bodies = []

    async def handler(request):
        bodies.append(json.loads(await request.text()))
        return web.json_response({})

    network = Network(random.Random(1), patience=0.05, late_seconds=(0.05, 0.1), **{fate: 1.0})
    reply, history = save_with(handler, network=network)

    assert reply.outcome == outcome
    assert len(bodies) == arrived
    assert history.counts("save") == {outcome: 1}


def test_nothing_gets_through_while_offline():
    network = Network(random.Random(1), patience=0.01, offline=[(0.0, 60.0)])

    reply, _ = save_with(answering(200), network=network)

    assert reply.outcome == "unknown"


def test_fates_come_from_the_seed():
    def fates(seed):
        network = Network(random.Random(seed), request_lost=0.2, answer_lost=0.2, late=0.2, doubled=0.2)

        async def draw():
            return [network.fate() for _ in range(50)]

        return asyncio.run(draw())

    assert fates(7) == fates(7)
    assert fates(7) != fates(8)
    assert set(fates(7)) == {"delivered", "request_lost", "answer_lost", "late", "doubled"}
