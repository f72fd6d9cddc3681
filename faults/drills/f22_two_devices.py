"""F22: one person on two devices: the paper goes on at the newer one, and the older one overwrites nothing."""

from playwright.async_api import Page

from faults import browsers
from faults.browsers import Device, Watched
from faults.stage import Drill, Stage, until
from simulation.site import Site

_TOLD_SECONDS = 15
_NOTICE = "#paper-replaced"


async def run(stage: Stage) -> None:
    """Two browsers with cookies of their own; the second one comes in with the entry's details."""
    await stage.open()
    async with browsers.playwright() as started:
        person = await browsers.seat(stage.contest)
        old = await Device(started, stage.home / "old", person, stage.product.url).start()
        new = Device(started, stage.home / "new", person, stage.product.url)
        try:
            with stage.nemesis.fault("a second device goes on") as spell:
                new.cookies = await _second_entry(stage, person)
                await new.start()
                spell.observe(new.cookies != old.cookies, "the second device has a session of its own")
                await _go_on(stage, person, await old.open(), new)
        finally:
            await old.close()
            await new.close()
    await stage.judge()


async def _second_entry(stage: Stage, person: Watched) -> dict[str, str]:
    """The cookies of a browser in which the same person enters again."""
    async with Site(stage.product.url, stage.history, who=person.who) as site:
        contest = await site.contest(stage.material.slug)
        consent = {"version": contest.body["entry"]["consent_version"]}
        reply = await site.enter(stage.material.slug, {**person.fields, "consent": consent})
        stage.demand(reply.status == 200, f"the same person on a second device: {reply.status} {reply.code}")
        again = await site.start(stage.material.slug, stage.material.round)
        stage.demand(again.ok and again.body["attempt"] == person.attempt, "D4: the second device got another paper")
        return site.cookies()


async def _go_on(stage: Stage, person: Watched, before: Page, new: Device) -> None:
    await browsers.choose(before, 1, 0)
    stage.demand(await browsers.saved(before), "the first device does not say that it saved")
    page = await new.open()
    stage.demand(await browsers.shown(page) == await browsers.stored(person), "the second device shows something else")
    await browsers.choose(page, 1, 1)
    stage.demand(await browsers.saved(page), "the second device does not say that it saved")
    newest = await browsers.stored(person)
    # The old device, which knows nothing of it, chooses under a revision that is taken.
    await browsers.choose(before, 1, 2)

    async def told() -> bool:
        return await before.locator(_NOTICE).is_visible() and await browsers.shown(before) == newest

    stage.demand(await until(told, _TOLD_SECONDS, 0.3), "the older device was not told of the newer one's choice")
    now = await browsers.stored(person)
    stage.demand(now == newest, f"D2: the older device overwrote {newest} with {now}")


DRILLS = (Drill("F22", "one person on two devices", run, people=(10, 20)),)
