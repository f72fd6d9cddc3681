"""F20: the page is reloaded, left and come back to, its tab crashes, the browser is killed: the same paper goes on."""

import asyncio
import signal
from contextlib import suppress

from playwright.async_api import Error, Page

from faults import browsers
from faults.browsers import Device
from faults.link import Link
from faults.nemesis import Spell
from faults.processes import is_alive, send
from faults.stage import Drill, Stage, until


async def run(stage: Stage) -> None:
    """A real browser among the crowd; after each loss the paper, its order, its end and its choices are the same."""
    await stage.open()
    async with browsers.playwright() as started:
        person = await browsers.seat(stage.contest)
        link = Link(stage.product.port)
        await link.mend()
        device = await Device(started, stage.home / "profile", person, link.url).start()
        try:
            with stage.nemesis.fault("the browser is lost again and again") as spell:
                await _lose(stage, device, link, spell)
        finally:
            await device.close()
            await link.cut()
    await stage.judge()


async def _lose(stage: Stage, device: Device, link: Link, spell: Spell) -> None:
    person = device.person
    before = await person.site.read(person.attempt or "")
    page = await device.open()
    order = await browsers.order(page)
    await browsers.choose(page, 1, 0)
    await _same(stage, device, page, order, "after a choice")
    await page.reload()
    await browsers.ready(page)
    await _same(stage, device, page, order, "after a reload")
    await browsers.choose(page, 2, 1)
    await page.goto(f"{device.url}/cuoc-thi/{stage.material.slug}")
    await page.go_back()
    await browsers.ready(page)
    await _same(stage, device, page, order, "after the back button")
    await browsers.choose(page, 3, 0)
    with suppress(Error):
        await page.goto("chrome://crash", timeout=3000)
    page = await device.open()
    await _same(stage, device, page, order, "after the tab crashed")
    for place in range(stage.times(1, 4)):
        # Nothing can be sent before the browser is gone: only what it wrote down is left of the choice.
        await link.cut()
        await browsers.choose(page, 4, place % 2)
        kept = await browsers.shown(page)
        await asyncio.sleep(0.5)
        pids = device.pids()
        send(pids, signal.SIGKILL)
        gone = await until(lambda pids=pids: bool(pids) and not any(is_alive(pid) for pid in pids), 10)
        spell.observe(gone, "the browser's processes are gone")
        await device.killed()
        await link.mend()
        await device.start()
        page = await device.open()
        stage.demand(await browsers.shown(page) == kept, "a choice is not on the page after the browser was killed")
        await _same(stage, device, page, order, "after the browser was killed")
    after = await person.site.read(person.attempt or "")
    again = await person.site.start(stage.material.slug, stage.material.round)
    stage.demand(after.body["deadline"] == before.body["deadline"], "D5: the deadline moved")
    stage.demand(again.ok and again.body["attempt"] == person.attempt, "D4: another paper was begun")


async def _same(stage: Stage, device: Device, page: Page, order: list[list[str]], when: str) -> None:
    stage.demand(await browsers.saved(page), f"{when}: the page does not say that everything is saved")
    stage.demand(await browsers.order(page) == order, f"{when}: the paper is in another order")
    shown, stored = await browsers.shown(page), await browsers.stored(device.person)
    stage.demand(shown == stored, f"{when}: the page shows {shown}, the server has {stored}")
    await stage.work_for(0.2)


DRILLS = (Drill("F20", "page reloaded, left, crashed, browser killed", run, people=(10, 20)),)
