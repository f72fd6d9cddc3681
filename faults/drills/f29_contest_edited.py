"""F29: a contest is edited while it runs: what would be unfair is refused, more time reaches the open papers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import yaml
from playwright.async_api import Page, Playwright

from faults import browsers
from faults.browsers import Device, Watched
from faults.checker import GRACE
from faults.contest import Contest
from faults.material import Wishes
from faults.stage import Drill, Stage, until

_SHORT_ROUND_SECONDS = 60
_MORE = timedelta(minutes=10)
_TOLD_WITHIN_SECONDS = 15.0


async def run(stage: Stage) -> None:
    """Refused edits in the crowd's contest, an extension of one whose end is near."""
    await stage.open()
    with stage.nemesis.fault("the organizer edits the running contest") as spell:
        side = await stage.side_contest(Wishes(limit_seconds=3600, open_seconds=_SHORT_ROUND_SECONDS), 6)
        idle = await browsers.seat(side)
        for name, edit in _EDITS.items():
            told = await _put(stage, edit)
            spell.observe(told["status"] in (200, 409, 422), f"“{name}” was answered")
            stage.demand(told["status"] == 409, f"D14: “{name}” was answered with {told['status']}")
            stage.demand(told.get("code") == "amendment_refused", f"D14: “{name}” was refused with {told.get('code')}")
            await stage.work_for(0.3)
        async with browsers.playwright() as started, _sitting(stage, started, idle) as page:
            await _extended(stage, side, page)
    await stage.judge()


@asynccontextmanager
async def _sitting(stage: Stage, started: Playwright, person: Watched) -> AsyncIterator[Page]:
    """The page of somebody who thinks, and sends nothing meanwhile."""
    device = await Device(started, stage.home / "profile", person, stage.product.url).start()
    try:
        yield await device.open()
    finally:
        await device.close()


async def _extended(stage: Stage, side: Contest, page: Page) -> None:
    """Everybody who sits learns the new end, and can save behind the old one."""
    old_end = side.material.closes_at
    later = (old_end + _MORE).isoformat()
    path = f"/api/v1/contests/{side.material.slug}/rounds/{side.material.round}/extend"
    body = json.dumps({"closes_at": later, "reason": "Mất điện"})
    told = await asyncio.to_thread(stage.organizer.ask, "POST", path, body)
    stage.demand(told["status"] == 200, f"the round cannot be extended: {told}")
    since = time.monotonic()
    looks = [await sitter.site.read(sitter.attempt or "") for sitter in side.people]
    ends = {look.body["deadline"] for look in looks}
    wanted = (old_end + _MORE).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    stage.demand(ends == {wanted}, f"D5: open papers end at {sorted(ends)} after the extension, not at {wanted}")
    told_to_page = await until(page.locator("#paper-extended").is_visible, _TOLD_WITHIN_SECONDS, 0.1)
    seconds = time.monotonic() - since
    stage.demand(told_to_page, f"D5: an idle page does not know the new end after {_TOLD_WITHIN_SECONDS:.0f} s")
    stage.report.notes.append(f"an idle page knew the new end after {seconds:.0f} s")
    behind = (old_end + GRACE).timestamp() + 1 - time.time()
    await stage.work_for(max(behind, 0))
    for sitter in side.people:
        asked = sitter._paper[0]
        item = {"question": asked["question"], "options": [asked["options"][0]["option"]], "rev": 10**6}
        reply = await sitter.site.save(sitter.attempt or "", [item])
        stage.demand(reply.ok, f"D5: a save behind the old end is answered with {reply.status} {reply.code}")


async def _put(stage: Stage, edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    contest = yaml.safe_load(stage.material.contest_file)
    edit(contest["rounds"][0])
    text = yaml.safe_dump(contest, allow_unicode=True, sort_keys=False)
    path = f"/api/v1/contests/{stage.material.slug}?reason=di%E1%BB%85n%20t%E1%BA%ADp"
    return await asyncio.to_thread(stage.organizer.ask, "PUT", path, text, "application/yaml")


def _shorter(round_: dict[str, Any]) -> None:
    round_["paper"]["time_limit_seconds"] //= 2


def _worth_more(round_: dict[str, Any]) -> None:
    round_["paper"]["points"] += 1


def _fewer_attempts(round_: dict[str, Any]) -> None:
    round_["attempts"]["max"] -= 1


def _question_dropped(round_: dict[str, Any]) -> None:
    paper = round_["paper"]
    if "draw" in paper:
        paper["draw"][0]["count"] -= 1
    else:
        del paper["questions"][-1]


def _other_ranking(round_: dict[str, Any]) -> None:
    round_["ranking"]["keys"] = ["score", "started_at"]


_EDITS: dict[str, Callable[[dict[str, Any]], None]] = {
    "half the time": _shorter,
    "another worth of a question": _worth_more,
    "fewer attempts": _fewer_attempts,
    "a question less": _question_dropped,
    "another ranking": _other_ranking,
}

DRILLS = (Drill("F29", "contest edited and extended while it runs", run, people=(12, 24)),)
