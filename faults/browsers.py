"""People who sit in a real Chromium. What their pages save is in the history like everybody else's."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from playwright.async_api import BrowserContext, Page, Playwright, Request, async_playwright

from faults.contest import Contest
from faults.postgres import Missing
from faults.processes import family_of
from faults.sitters import Sitter
from simulation.history import Operation

_QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
          "--disable-component-update", "--disable-quic"]  # fmt: skip
_SECONDS = 30


def find_chromium() -> str:
    """The browser that QUIZ_CHROMIUM names, else one on PATH. Raises Missing."""
    for name in (os.environ.get("QUIZ_CHROMIUM") or "", "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise Missing("Chromium (set QUIZ_CHROMIUM, or install the package chromium)")


class Watched(Sitter):
    """A person whose browser is a real one: enters and starts over HTTP, then the page does the rest."""

    async def work(self, over: asyncio.Event) -> None:
        """Does nothing of its own accord."""
        await over.wait()

    async def finish(self) -> None:
        """The page has saved what there is; it is read, and handed in unless the page has done so."""
        await self.site.read(self.attempt or "")
        await self.hand_in()


async def seat(contest: Contest) -> Watched:
    """One more person in the contest, for whom a browser can be started."""
    (person,) = [one for one in contest.invite(1, kind=Watched, hands_in=0.0) if isinstance(one, Watched)]
    await contest.arrive([person])
    return person


@asynccontextmanager
async def playwright() -> AsyncIterator[Playwright]:
    """What starts browsers. Raises Missing."""
    find_chromium()
    async with async_playwright() as started:
        yield started


class Device:
    """A Chromium with a profile of its own, in which `person` is known by `cookies`."""

    def __init__(self, started: Playwright, profile: Path, person: Watched, url: str) -> None:
        self.person = person
        self.cookies = person.site.cookies()
        self.url = url
        self._started = started
        self._profile = profile
        self._context: BrowserContext | None = None
        self._under_way: dict[Request, Operation] = {}
        self._reading: set[asyncio.Task[None]] = set()

    @property
    def context(self) -> BrowserContext:
        """The running browser."""
        if self._context is None:
            raise RuntimeError("the browser is not running")
        return self._context

    @property
    def address(self) -> str:
        """The paper's page."""
        return f"{self.url}/bai-thi/{self.person.attempt}"

    async def start(self) -> Self:
        """Start the browser on its profile; the person is known in it."""
        self._context = await self._started.chromium.launch_persistent_context(
            self._profile, executable_path=find_chromium(), args=_QUIET, locale="vi-VN", timezone_id="America/New_York"
        )
        self._context.set_default_timeout(_SECONDS * 1000)
        self._context.on("request", self._sent)
        self._context.on("requestfinished", self._answered)
        self._context.on("requestfailed", self._lost)
        await self._context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in self.cookies.items()]
        )
        return self

    async def open(self) -> Page:
        """The paper on a new page, with its script at work."""
        page = await self.context.new_page()
        await page.goto(self.address)
        await ready(page)
        return page

    async def close(self) -> None:
        """End the browser as its user does."""
        if self._context is not None:
            with suppress(Exception):
                await self._context.close()
            await asyncio.gather(*self._reading, return_exceptions=True)
            self._context = None

    def pids(self) -> list[int]:
        """The processes of this browser."""
        return [pid for pid in family_of(os.getpid()) if str(self._profile) in _command_of(pid)]

    async def killed(self) -> None:
        """What is left to do after its processes have been killed: nobody knows what became of what was under way."""
        for operation in self._under_way.values():
            self.person.site.history.lose(operation)
        self._under_way.clear()
        await self.close()

    def _sent(self, request: Request) -> None:
        if request.method == "PUT" and request.url.endswith("/answers"):
            body: Any = request.post_data_json
            history = self.person.site.history
            self._under_way[request] = history.begin(self.person.who, "save", self.person.attempt, body)

    def _answered(self, request: Request) -> None:
        if operation := self._under_way.pop(request, None):
            task = asyncio.create_task(self._keep(request, operation))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _keep(self, request: Request, operation: Operation) -> None:
        history = self.person.site.history
        try:
            response = await request.response()
            if response is None:
                history.lose(operation)
            else:
                history.end(operation, response.status, await response.json())
        except Exception:
            # The page went away before its answer could be looked at.
            history.lose(operation)

    def _lost(self, request: Request) -> None:
        if operation := self._under_way.pop(request, None):
            self.person.site.history.lose(operation)


async def ready(page: Page) -> None:
    """Wait until the page's script is at work."""
    await page.wait_for_selector(".paper[data-ready]")


async def choose(page: Page, number: int, place: int) -> None:
    """Click the option at `place` (from 0) of a question (from 1)."""
    await page.locator(f"#q-{number} .choice").nth(place).click()


async def shown(page: Page) -> dict[str, list[str]]:
    """What is chosen on the page: question -> options."""
    return dict(
        await page.locator("fieldset[data-question]").evaluate_all(
            "sets => sets.map(set => [set.dataset.question,"
            " [...set.querySelectorAll('.choice__input:checked')].map(input => input.value).sort()])"
            ".filter(([, options]) => options.length)"
        )
    )


async def order(page: Page) -> list[list[str]]:
    """The paper as it is shown: each question with its options in their order."""
    found: list[list[str]] = await page.locator("fieldset[data-question]").evaluate_all(
        "sets => sets.map(set => [set.dataset.question,"
        " ...[...set.querySelectorAll('.choice__input')].map(input => input.value)])"
    )
    return found


async def saved(page: Page, seconds: float = _SECONDS) -> bool:
    """Whether the page says within so many seconds that nothing waits to be sent."""
    with suppress(Exception):
        await page.wait_for_function(
            "() => ![...document.querySelectorAll('[data-part=saved]')]"
            ".some(part => part.dataset.savedState && part.dataset.savedState !== 'saved')"
            " && /Đã lưu \\d/.test(document.querySelector('[data-part=saving]').textContent)",
            timeout=seconds * 1000,
        )
        return True
    return False


async def stored(person: Watched) -> dict[str, list[str]]:
    """What the server has of the paper: question -> options."""
    look = await person.site.read(person.attempt or "")
    return {one["question"]: sorted(one["options"]) for one in look.body["answers"] if one["options"]}


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
