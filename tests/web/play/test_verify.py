"""The page about checking the results: the commitment from the launch on, the rest as it may be told."""

import hashlib
from datetime import timedelta

from quizapp.contests import queries as contests
from tests import factories
from tests.clients import text_in

URL = "/cuoc-thi/cuoc-thi-mau/kiem-chung"
PUBLIC = {"live": "hidden_until_close", "records": "public"}
LATER = timedelta(hours=2)


def played(now, **changes):
    contest = factories.make_contest(now, **{"publication": PUBLIC, **changes})
    factories.sit(contest, factories.enter(contest, now), now)
    return contest


def files(page):
    return [link.get("href").rpartition("/")[2] for link in page.all("a") if "/exports/" in link.get("href")]


def test_before_the_opening_there_are_the_commitment_the_rules_and_the_program(actors, app, now, at):
    later = {"opens_at": (now + LATER).isoformat(), "closes_at": (now + 2 * LATER).isoformat()}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **later)], publication=PUBLIC)
    page = actors.stranger().get(URL)
    assert contest.commitment in page.text
    assert contests.get_seed(contest.id).hex() not in page.text
    assert files(page) == ["rules.json"]
    assert contest.commitment in actors.stranger().get("/cuoc-thi/cuoc-thi-mau").text
    assert actors.stranger().get("/cuoc-thi/cuoc-thi-mau").one("a", href=URL) is not None


def test_after_the_close_there_are_the_seed_and_the_key(actors, app, now, at):
    contest = played(now)
    with at(now + LATER):
        page = actors.stranger().get(URL)
        assert contests.get_seed(contest.id).hex() in page.text
        assert files(page) == ["rules.json", "key.json"]


def test_after_the_publication_there_is_everything(actors, app, now, at):
    contest = factories.finalize_and_publish(played(now), now + LATER)
    with at(now + LATER):
        page = actors.stranger().get(URL)
        ranking = "ranking.csv?round=tuan-1&version=1"
        assert files(page) == ["rules.json", "key.json", "raw.jsonl", "records.zip", ranking]
        client = actors.stranger().client
        data = client.get(f"/api/v1/contests/{contest.slug}/exports/{ranking}").data
        assert hashlib.sha256(data).hexdigest() in page.text


def test_what_is_not_for_the_public_is_said_to_be_so(actors, app, now, at):
    factories.finalize_and_publish(
        played(now, rounds=[factories.round_dict(now, key_public="never")], publication={"live": "full"}), now + LATER
    )
    with at(now + LATER):
        page = actors.stranger().get(URL)
        assert files(page) == ["rules.json", "ranking.csv?round=tuan-1&version=1"]
        assert "Thể lệ không công khai tệp này" in page.text


def test_the_program_is_there_with_its_hash(actors, app, now):
    factories.make_contest(now)
    browser = actors.stranger()
    page = browser.get(URL)
    (link,) = [each for each in page.all("a") if each.get("href").endswith("kiem-chung.py")]
    assert "kiem-chung.py" in text_in(link)
    with browser.client.get(link.get("href")) as answer:
        data = answer.data
    assert data.startswith(b"#!/usr/bin/env python3")
    assert hashlib.sha256(data).hexdigest() in page.text


def test_a_draft_has_no_such_page(actors, app, now):
    factories.make_contest(now, launched=False)
    actors.stranger().get(URL, status=404)
