"""Sitting a paper in a real browser, for the tests of it."""

from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests import factories

SLUG = "bai-thi-thu"
# Seconds of the short papers: enough for an organizer to give more, and hardly enough for anything.
VUA, NGAN = 25, 12
SAVING = "[data-part=saving]"
QUESTIONS = ["tu-tuong/tt-001", "tu-tuong/tt-002", "tu-tuong/tt-003", "tu-tuong/tt-004"]


def contest_file(now: datetime) -> dict[str, Any]:
    """A contest with a long, a short and a very short paper."""
    return {
        "contest": SLUG,
        "title": "Bài thi thử",
        "organizer": {"name": "Ban Tổ chức Mẫu", "header": "custom"},
        "areas": {"tree": "gia-lai-2022", "ranked_level": "district"},
        "entry": {"fields": {"area": "optional", "phone": "required"}, "identity": ["phone", "full_name"]},
        "rounds": [_round("dai", 900, now), _round("vua", VUA, now), _round("ngan", NGAN, now)],
        "publication": {"live": "hidden_until_close"},
    }


def _round(key: str, seconds: int, now: datetime) -> dict[str, Any]:
    start = now - timedelta(hours=1)
    return {
        "key": key,
        "label": f"Vòng {key}",
        "opens_at": start.isoformat(timespec="seconds"),
        "closes_at": (start + timedelta(hours=9)).isoformat(timespec="seconds"),
        "paper": {"mode": "fixed", "questions": [*QUESTIONS], "time_limit_seconds": seconds, "points": 10},
        "prediction": {"metric": "people", "scope": "round"},
        "ranking": {"keys": ["score", "prediction_gap", "submitted_at"]},
    }


def sit(page: Page, contest: str, round_key: str = "dai") -> str:
    """Enter as somebody new and open the paper; its address."""
    entries = f"/api/v1/contests/{contest}/entries"
    consent = page.request.get(f"/api/v1/contests/{contest}").json()["entry"]["consent_version"]
    typed = {"full_name": "Đinh Thị Thử", "phone": f"09{factories.new_number():08d}", "consent": {"version": consent}}
    assert post(page, entries, typed)["entry_code"]
    attempt = post(page, f"/api/v1/contests/{contest}/rounds/{round_key}/attempts", {})["attempt"]
    return open_paper(page, f"/bai-thi/{attempt}")


def post(page: Page, path: str, data: dict[str, Any]) -> dict[str, Any]:
    """The answer to a write of the page's browser."""
    token = page.request.get("/api/v1/session").json()["csrf_token"]
    answer = page.request.post(path, data=data, headers={"X-CSRF-Token": token})
    assert answer.ok, answer.text()
    return dict(answer.json())


def open_paper(page: Page, url: str) -> str:
    """Go to the paper and wait for its script."""
    page.goto(url)
    page.wait_for_selector(".paper[data-ready]")
    return url


def choose(page: Page, number: int, place: int) -> None:
    """Choose the option at `place`, from 0."""
    page.locator(f"#q-{number} .choice").nth(place).click()


def chosen(page: Page) -> list[str]:
    """What is checked on the page."""
    return page.locator("[name^=q-]:checked").evaluate_all("inputs => inputs.map(i => i.name + i.value)")


def saving(page: Page, text: str) -> None:
    """Wait for the words about saving."""
    expect(page.locator(SAVING)).to_have_text(text, timeout=30_000)


def journal(page: Page) -> list[str]:
    """What the browser keeps for the server, whoever it belongs to: the refs of questions."""
    keys = """async () => {
      const opened = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
      const database = await opened(indexedDB.open("papers"));
      if (!database.objectStoreNames.contains("journal")) return [];
      const records = await opened(database.transaction("journal").objectStore("journal").getAll());
      database.close();
      return records.map(({ key }) => key);
    }"""
    return list(page.evaluate(keys))
