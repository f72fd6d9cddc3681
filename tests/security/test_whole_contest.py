"""Nothing leaks in a whole contest: each canary only where the table says, in every byte of every answer."""

import json
from collections import defaultdict

import pytest

from quizapp import redis_store
from tests.conftest import NOW
from tests.security import day as whole_day
from tests.security.day import CALLERS, PHASES, POINTS

ORGANIZERS = ("O-own", "token")
EVERYBODY = CALLERS
PERSONAL = ("phone", "citizen id", "e-mail", "address", "birth date")
# What -> phase -> who may be told. In a phase that is not named, the same as in the one before; at first nobody.
MAY_SEE = {
    "explanation": {"draft": ORGANIZERS, "closed": EVERYBODY},
    "seed": {"closed": EVERYBODY},
    "P1 name": {"open": ("P1", "S-own", *ORGANIZERS), "closed": EVERYBODY},
    "P2 name": {"open": ("P2", "S-else", *ORGANIZERS), "closed": EVERYBODY},
    "P1 code": {"open": ("P1", *ORGANIZERS)},
    "P2 code": {"open": ("P2", *ORGANIZERS)},
    **{f"P1 {field}": {"open": ("P1", "S-own", *ORGANIZERS)} for field in PERSONAL},
    **{f"P2 {field}": {"open": ("P2", "S-else", *ORGANIZERS)} for field in PERSONAL},
}
# Some of these have to be found, or the search finds nothing at all: what, in which phase, by whom.
FOUND = (
    ("explanation", "draft", "O-own"), ("explanation", "closed", "P1"), ("seed", "closed", "nobody"),
    ("P1 name", "open", "S-own"), ("P1 name", "published", "nobody"), ("P1 phone", "open", "O-own"),
    ("P2 phone", "closed", "token"), ("P1 code", "open", "P1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    redis_store.init_store(f"unix://{folder / 'no-redis.sock'}")
    return whole_day.whole_contest(folder, NOW)


def may_see(what, phase):
    seen = ()
    for each in PHASES:
        seen = MAY_SEE[what].get(each, seen)
        if each == phase:
            return seen
    raise ValueError(phase)


def test_every_canary_is_in_the_table(day):
    assert set(day.canaries) == set(MAY_SEE)


def test_each_canary_is_told_to_those_alone_who_may_know_it(day):
    wrong = defaultdict(set)
    for what, texts in day.canaries.items():
        for text in texts:
            for phase, who, asked in day.recorder.where(text):
                if who not in may_see(what, phase):
                    wrong[what, phase, who].add(asked)
    assert not wrong, "\n".join(f"{key}: {sorted(asked)[:5]}" for key, asked in wrong.items())


@pytest.mark.parametrize(("what", "phase", "who"), FOUND)
def test_the_search_finds_what_is_there(day, what, phase, who):
    assert any((phase, who) == found[:2] for text in day.canaries[what] for found in day.recorder.where(text))


def test_nobody_but_organizers_is_told_a_score_before_the_close(day):
    """Every sum of points but those that the rules tell, of one question and of all five, as any page may write it."""
    scores = [POINTS * number for number in range(2, 5)]
    texts = [form for score in scores for form in (str(score), f"{score:,}", f"{score:,}".replace(",", "."))]
    told = [(found, text) for text in texts for found in day.recorder.where(text)]
    assert any(who == "P1" for (phase, who, _), _ in told if phase == "closed")
    assert [each for each in told if each[0][0] in ("draft", "open") and each[0][1] not in ORGANIZERS] == []


def test_an_open_paper_has_no_word_of_its_key(day):
    """Neither `right` nor `answer` nor `explanation` is a key of what a participant is told before the close."""
    told = [each for each in day.recorder.told if each.phase == "open" and each.who in ("P1", "P2", "nobody")]
    papers = [each for each in told if "/api/v1/attempts/" in each.asked and '"questions"' in each.text]
    assert papers
    for each in papers:
        for name in ('"right"', '"answer"', '"is_correct"', '"explanation"', '"key"', '"score"'):
            assert name not in each.text, (each.asked, name)


def test_files_of_the_product_are_not_served(day):
    for each in day.recorder.told:
        path = each.asked.partition(" ")[2]
        if path.startswith(("/question_banks", "/.", "/..", "/wsgi", "/var", "/quiz.sqlite3", "/console", "/backup")):
            assert each.text.startswith("404"), each.asked


def test_no_line_of_the_log_holds_anything_of_anybody(day):
    assert len(day.lines) > 1000
    secret = [text for texts in day.canaries.values() for text in texts] + day.secrets
    for caller in day.world.callers.values():
        secret += [text for text in (caller.csrf, caller.bearer, caller.cookie.partition("=")[2]) if text]
    wrong = {(text[:12], line[:300]) for line in day.lines for text in secret if text in line}
    assert wrong == set()
    assert all(isinstance(json.loads(line), dict) for line in day.lines)
