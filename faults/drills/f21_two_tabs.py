"""F21: one paper in two tabs, with choices against each other: both come to show the same, and both come to the end."""

import asyncio

from playwright.async_api import Page

from faults import browsers
from faults.browsers import Device, Watched
from faults.stage import Drill, Stage, until

_AGREED_SECONDS = 15


async def run(stage: Stage) -> None:
    """No error page, the newest choice of each question everywhere, and the receipt in the tab that did not submit."""
    await stage.open()
    async with browsers.playwright() as started:
        person = await browsers.seat(stage.contest)
        device = await Device(started, stage.home / "profile", person, stage.product.url).start()
        try:
            with stage.nemesis.fault("two tabs disagree") as spell:
                one, two = await device.open(), await device.open()
                for _ in range(stage.times(3, 10)):
                    await _disagree(stage, person, one, two)
                spell.observe(len(device.context.pages) >= 2, "both tabs are open")
                await _end(stage, person, one, two)
        finally:
            await device.close()
    await stage.judge()


async def _disagree(stage: Stage, person: Watched, one: Page, two: Page) -> None:
    """Both choose in the same questions, in an order of chance."""
    clicks = [(page, number, stage.rng.randrange(3)) for page in (one, two) for number in (1, 2, 3)]
    stage.rng.shuffle(clicks)
    for page, number, place in clicks:
        await browsers.choose(page, number, place)
        await asyncio.sleep(stage.rng.choice((0.0, 0.0, 0.1)))
    for page in (one, two):
        stage.demand(await browsers.saved(page), "a tab does not say that everything is saved")

    async def agree() -> bool:
        seen = [await browsers.shown(one), await browsers.shown(two), await browsers.stored(person)]
        return seen[0] == seen[1] == seen[2]

    stage.demand(await until(agree, _AGREED_SECONDS, 0.3), "D2: the tabs and the server do not come to agree")


async def _end(stage: Stage, person: Watched, one: Page, two: Page) -> None:
    """The submission in one tab ends the other as well."""
    await person.hand_in()
    for page in (one, two):
        await page.bring_to_front()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def told() -> bool:
        return all(page.url.endswith("/da-nop") for page in (one, two))

    stage.demand(await until(told, _AGREED_SECONDS), f"a tab does not show the receipt: {one.url} {two.url}")
    for page in (one, two):
        stage.demand("500" not in await page.title(), "a tab shows an error page")


DRILLS = (Drill("F21", "one paper in two tabs", run, people=(10, 20)),)
