"""A real browser on the real product: gunicorn, worker and Redis as `make run` starts them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page

from quizapp.config import ROOT
from tests import factories
from tests.browser.sitting import SLUG, contest_file
from tests.product import Product, free_port

ADMIN = ("quan-tri", "mat-khau-quan-tri-thu")
AXE = ROOT / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# What Chromium says of a page that breaks its own policy, or of a policy that it does not understand.
POLICY_WORDS = re.compile("Content Security Policy|Trusted(HTML|Script|Types)|Permissions-Policy")


class Site:
    """The running product, and the commands of its operator."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.url = f"http://127.0.0.1:{product.port}"

    def quiz(self, *words: str, typed: str = "") -> str:
        """Run `flask quiz ...` beside it; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "quiz", *words],
            cwd=ROOT,
            env={**os.environ, "QUIZ_DATA_DIR": str(self._product.data_dir)},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def staff(self, login: str, role: str, area: str) -> None:
        """A staff account with the tests' password."""
        self.quiz("create-staff", login, "--role", role, "--area", area, typed=factories.PASSWORD + "\n")


@pytest.fixture(scope="session")
def site(redis_server: str, chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product on data of its own; the areas, banks and demo contests that are shipped are in it."""
    folder = tmp_path_factory.mktemp("product") / "data"
    product = Product(folder, free_port(), QUIZ_ADMIN_LOGIN=ADMIN[0], QUIZ_ADMIN_PASSWORD=ADMIN[1])
    try:
        yield Site(product.started())
    finally:
        product.end(signal.SIGINT)


@pytest.fixture(scope="session")
def contest(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The launched contest of tests.browser.sitting; its slug."""
    file = tmp_path_factory.mktemp("contest") / "contest.yaml"
    file.write_text(yaml.safe_dump(contest_file(now()), allow_unicode=True), encoding="utf-8")
    site.quiz("import-contest", str(file))
    site.quiz("launch", SLUG)
    return SLUG


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A new person at a device of their own: `person(PHONE)`, `person(DESK, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def person(size: dict[str, int], **options: object) -> Page:
        context = browser.new_context(
            base_url=site.url, viewport=size, locale="vi-VN", timezone_id="America/New_York", **options
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if POLICY_WORDS.search(said.text) else None)
        return page

    yield person
    for context in contexts:
        context.close()
    assert errors == []


def axe(page: Page) -> None:
    """Axe finds nothing on the page as it stands. Its script is given to the page from outside, past the policy."""
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;null")
    # What lies under a bar that sticks to the edge of the screen is covered only until one scrolls.
    page.evaluate("document.querySelectorAll('.paper-bar').forEach(bar => bar.style.position = 'static')")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(
        "async rules => (await axe.run(document, {runOnly: rules}))"
        ".violations.map(v => [v.id, v.help, v.nodes.map(n => n.html).slice(0, 3)])",
        rules,
    )
    page.evaluate("document.querySelectorAll('.paper-bar').forEach(bar => bar.style.position = '')")
    assert found == [], f"{page.url}: {json.dumps(found, ensure_ascii=False, indent=1)}"


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def picture(page: Page, name: str) -> None:
    """Keep a picture where QUIZ_PICTURES says, for eyes and for the README."""
    folder = os.environ.get("QUIZ_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def now() -> datetime:
    """The present moment of the machine; the product under test has the same clock."""
    return datetime.now(UTC)
