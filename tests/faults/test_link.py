import asyncio

import pytest

from faults.link import Link


async def echo(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


async def said(port, words):
    """What comes back through `port`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(words)
        return await asyncio.wait_for(reader.read(100), 5)
    finally:
        writer.close()


def with_link(test):
    async def run():
        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            link = Link(server.sockets[0].getsockname()[1])
            await link.mend()
            try:
                await test(link)
            finally:
                await link.cut()

    asyncio.run(run())


def test_what_is_said_goes_through_both_ways():
    async def test(link):
        assert await said(link.port, b"xin chao") == b"xin chao"
        assert link.url == f"http://127.0.0.1:{link.port}"

    with_link(test)


def test_a_cut_wire_takes_nothing_and_a_mended_one_has_the_same_port():
    async def test(link):
        port = link.port
        await link.cut()
        with pytest.raises(OSError, match="Connect call failed"):
            await said(port, b"?")
        await link.mend()
        assert link.port == port
        assert await said(port, b"!") == b"!"

    with_link(test)


def test_a_cut_drops_what_is_open():
    async def test(link):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        writer.write(b"a")
        assert await reader.read(1) == b"a"

        await link.cut()

        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 5)
        writer.close()

    with_link(test)
