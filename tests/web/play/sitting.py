"""A browser that acts for a participant, for the tests of the paper's pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask

from quizapp.accounts import service as accounts
from quizapp.attempts import queries
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from tests import factories
from tests.clients import CheckedClient, Page, text_in
from tests.factories import Person


@dataclass(frozen=True)
class Sitter:
    """A checked browser and the person who sits at it."""

    browser: CheckedClient
    person: Person

    def start(self, contest: ContestInfo, round_key: str = "tuan-1") -> str:
        """Start over the page; returns the paper's address."""
        return self.browser.redirected(f"/cuoc-thi/{contest.slug}/{round_key}/bat-dau")

    def attempt(self, paper_url: str) -> AttemptInfo:
        """The attempt behind a paper's address."""
        return queries.get_own_attempt(paper_url.rsplit("/", 1)[1], self.person.session_id)

    def stored(self, paper_url: str) -> dict[int, str]:
        """What is stored: number of the question -> chosen keys, joined."""
        attempt = self.attempt(paper_url)
        answers = queries.get_answers(attempt.id)
        return {
            number: "".join(answers[ref].options)
            for number, (ref, _) in enumerate(attempt.paper, 1)
            if ref in answers and answers[ref].options
        }


def sitter(app: Flask, contest: ContestInfo, now: datetime, **typed: str) -> Sitter:
    """Somebody new who has entered the contest."""
    browser = CheckedClient(app)
    with transaction():
        session_id, token = accounts.open_session(None, now=now)
    with browser.client.session_transaction() as cookie:
        cookie["sid"] = token
    return Sitter(browser, factories.enter(contest, now, session_id=session_id, **typed))


def form_of(page: Page) -> dict[str, Any]:
    """What the paper's form would send as it stands: hidden fields, what is checked, what is typed."""
    sent: dict[str, Any] = {}
    for field in page.one("form", id="paper-form").iter("{http://www.w3.org/1999/xhtml}input"):
        name, kind = field.get("name"), field.get("type", "text")
        if kind in ("radio", "checkbox"):
            if field.get("checked") is not None:
                sent.setdefault(name, []).append(field.get("value"))
        else:
            sent[name] = field.get("value", "")
    return sent


def notices(page: Page) -> list[str]:
    """What the last act had to say."""
    (flash,) = page.all("div", class_="flash")
    return [text_in(body) for body in flash.iter("{http://www.w3.org/1999/xhtml}p")]
