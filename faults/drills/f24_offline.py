"""F24: the wire is cut for minutes and mended before the end: what was chosen meanwhile is sent and nothing lost."""

from faults import browsers
from faults.browsers import Device
from faults.link import Link
from faults.stage import SQLITE, Drill, Stage

_SENT_WITHIN_SECONDS = 40


async def run(stage: Stage) -> None:
    """Half of the crowd and a real browser are behind the wire; the others notice nothing."""
    await stage.open()
    link = Link(stage.product.port)
    await link.mend()
    try:
        async with browsers.playwright() as started:
            await stage.crowd(stage.times(8, 16), url=link.url)
            person = await browsers.seat(stage.contest)
            device = await Device(started, stage.home / "profile", person, link.url).start()
            try:
                await _go_offline(stage, link, device)
            finally:
                await device.close()
            await stage.judge()
    finally:
        await link.cut()


async def _go_offline(stage: Stage, link: Link, device: Device) -> None:
    page = await device.open()
    await browsers.choose(page, 1, 0)
    stage.demand(await browsers.saved(page), "the page does not say that it saved")
    await stage.work_for(1)
    with stage.nemesis.fault("the wire is cut") as spell:
        await link.cut()
        for number in (1, 2, 3, 4):
            await browsers.choose(page, number, 1)
        await stage.work_for(stage.seconds(6, 45))
        spell.observe(not await browsers.saved(page, 0.2), "the page does not say that everything is saved")
        words = await page.locator("[data-part=saving]").inner_text()
        stage.demand("chưa gửi" in words, f"offline the page says “{words}”")
        await link.mend()
        spell.lift()
        sent = await browsers.saved(page, _SENT_WITHIN_SECONDS)
        stage.demand(sent, f"{_SENT_WITHIN_SECONDS} s after the wire was mended the page has not sent everything")
        await stage.until_healthy(spell)
    shown, stored = await browsers.shown(page), await browsers.stored(device.person)
    stage.demand(shown == stored, f"D1: the page shows {shown}, the server has {stored}")


DRILLS = (Drill("F24", "offline for a while, back before the end", run, people=(10, 20), short_on=(SQLITE,)),)
