"""The paper on a slow line: how long a cold browser on slow 3G takes until a paper of thirty questions can be answered.

Chromium's own emulation (400 ms to each answer, 400 kbit/s) on the product as `make run` starts it. `usable_ms`: the
questions are painted and take choices; whatever is chosen from then on is saved. `live_ms`: the script is there as
well, and each choice is sent at once.

    python -m bench --only slow3g
"""

import os
import signal
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from playwright.sync_api import Browser, sync_playwright

from quizapp.config import ROOT
from tests.plugins.environment import find_chromium
from tests.product import Product, free_port

LATENCY_MS = 400
BYTES_PER_SECOND = 400_000 // 8
QUESTIONS = 30
GOAL_MS = 2000
SLUG = "bai-thi-cham"
PHONE = {"width": 360, "height": 740}
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update"]  # fmt: skip
# Notes when the script says that it is there; the painting is noted by the browser.
WATCH = """new MutationObserver((_, watch) => {
  if (!document.querySelector(".paper[data-ready]")) return;
  window.liveAt = performance.now();
  watch.disconnect();
}).observe(document, { attributes: true, childList: true, subtree: true });"""


def run(options: Namespace) -> dict[str, Any]:
    """Medians over `options.repeats` cold browsers, or what is missing on this machine."""
    chromium = find_chromium()
    if chromium is None:
        return {"missing": "Chromium"}
    with _site() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        measured = [_load(browser, url, number) for number in range(options.repeats)]
        browser.close()
    found: dict[str, Any] = {name: round(median(one[name] for one in measured)) for name in measured[0]}
    return found | {"questions": QUESTIONS, "repeats": options.repeats, "goal_ms": GOAL_MS}


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    if "missing" in found:
        return [f"slow3g: could not be measured: {found['missing']}"]
    return [
        f"slow3g ({LATENCY_MS} ms, {BYTES_PER_SECOND * 8 // 1000} kbit/s), a paper of {found['questions']} questions, "
        f"cold: usable after {found['usable_ms']} ms (goal {found['goal_ms']}), each choice sent at once after "
        f"{found['live_ms']} ms, {found['bytes']} bytes in {found['requests']} requests"
    ]


@contextmanager
def _site() -> Iterator[str]:
    """The product with an open contest of such a paper; its address."""
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as folder:
        product = Product(Path(folder) / "data", free_port())
        try:
            product.started()
            file = Path(folder) / "contest.yaml"
            file.write_text(yaml.safe_dump(_contest(), allow_unicode=True), encoding="utf-8")
            _quiz(product, "import-contest", str(file))
            _quiz(product, "launch", SLUG)
            yield f"http://127.0.0.1:{product.port}"
        finally:
            product.end(signal.SIGINT)


def _quiz(product: Product, *words: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "quiz", *words]
    env = {**os.environ, "QUIZ_DATA_DIR": str(product.data_dir)}
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)


def _contest() -> dict[str, Any]:
    start = datetime.now(UTC) - timedelta(hours=1)
    return {
        "contest": SLUG,
        "title": "Bài thi trên đường truyền chậm",
        "organizer": {"name": "Ban Tổ chức Mẫu", "header": "custom"},
        "areas": {"tree": "gia-lai-2022", "ranked_level": "district"},
        "entry": {"fields": {"area": "optional", "phone": "required"}, "identity": ["phone", "full_name"]},
        "rounds": [
            {
                "key": "tuan-1",
                "label": "Tuần 1",
                "opens_at": start.isoformat(timespec="seconds"),
                "closes_at": (start + timedelta(hours=9)).isoformat(timespec="seconds"),
                "paper": {
                    "mode": "random",
                    "draw": [{"bank": "tu-tuong", "count": QUESTIONS}],
                    "time_limit_seconds": 1800,
                    "points": 10,
                },
                "prediction": {"metric": "people", "scope": "round"},
                "ranking": {"keys": ["score", "prediction_gap", "submitted_at"]},
            }
        ],
        "publication": {"live": "hidden_until_close"},
    }


def _load(browser: Browser, url: str, number: int) -> dict[str, float]:
    """Open the paper of somebody new in a browser that has loaded nothing yet."""
    context = browser.new_context(base_url=url, viewport=PHONE, locale="vi-VN")
    context.add_init_script(WATCH)
    page = context.new_page()
    paper = _start(context.request, number)
    line = context.new_cdp_session(page)
    arrived: list[float] = []
    line.on("Network.loadingFinished", lambda told: arrived.append(told["encodedDataLength"]))
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )
    page.goto(paper, wait_until="load")
    page.wait_for_selector(".paper[data-ready]")
    usable, live = page.evaluate("[performance.getEntriesByName('first-contentful-paint')[0].startTime, window.liveAt]")
    assert page.locator("fieldset.question").count() == QUESTIONS
    context.close()
    return {"usable_ms": usable, "live_ms": live, "bytes": sum(arrived), "requests": len(arrived)}


def _start(request: Any, number: int) -> str:
    """Enter as somebody new and start; the paper's address."""
    token = request.get("/api/v1/session").json()["csrf_token"]
    consent = request.get(f"/api/v1/contests/{SLUG}").json()["entry"]["consent_version"]
    typed = {
        "full_name": "Đinh Thị Thử",
        "phone": f"09{number:08d}",
        "consent": {"version": consent},
    }
    entered = request.post(f"/api/v1/contests/{SLUG}/entries", data=typed, headers={"X-CSRF-Token": token})
    assert entered.ok, entered.text()
    token = request.get("/api/v1/session").json()["csrf_token"]
    address = f"/api/v1/contests/{SLUG}/rounds/tuan-1/attempts"
    started = request.post(address, data={}, headers={"X-CSRF-Token": token})
    assert started.ok, started.text()
    return f"/bai-thi/{started.json()['attempt']}"
