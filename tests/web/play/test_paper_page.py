"""The paper's page out of kept parts: the same bytes as when it is made anew, and nothing of anybody else's."""

import re

import pytest
from sqlalchemy import update

from quizapp.attempts.rules import Choice
from quizapp.contests.models import Contest, Round
from quizapp.db import db, transaction
from quizapp.web.play import paper_page, question_html
from tests import factories
from tests.web.play.sitting import sitter

GUESSED = {"prediction": {"metric": "people_all_correct", "scope": "round"}}
HIDDEN = {"live": "hidden_until_close"}
LANGUAGES = ("vi", "en")


def forget():
    """As in a new process."""
    for parts in (
        paper_page._frames,
        paper_page._silence,
        question_html._questions,
        question_html._feet,
        question_html._links,
    ):
        parts.clear()


@pytest.fixture(autouse=True)
def new_process():
    forget()


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=HIDDEN)


def read(one, url, language="vi", theme=""):
    one.browser.client.set_cookie("lang", language)
    one.browser.client.set_cookie("theme", theme)
    return one.browser.get(url).html


def without_token(html):
    return re.sub(r'(name="csrf_token" type="hidden" value=")[^"]+', r"\1", html)


def own_words(one, url):
    """All that is one person's own in a page, as it is written there."""
    attempt, participant = one.attempt(url), one.person.participant
    with one.browser.client.session_transaction() as cookie:
        secrets = [cookie["sid"], cookie["csrf_token"]]
    code = participant.entry_code
    return [attempt.public_id, participant.public_id, code, code[:5], participant.full_name, *secrets]


def sitting(app, contest, now, guess, **typed):
    one = sitter(app, contest, now, **typed)
    url = one.start(contest)
    attempt = one.attempt(url)
    factories.save(
        one.person, attempt, factories.right_choices(contest, attempt, rev=int(guess)), now, (guess, int(guess))
    )
    return one, url


def test_nothing_of_one_reader_is_in_the_page_of_another(app, contest, now):
    first, first_url = sitting(app, contest, now, "71234", full_name="Trần Văn Một")
    second, second_url = sitting(app, contest, now, "85678", full_name="Lê Thị Hai")
    for language in LANGUAGES:
        before = read(first, first_url, language)
        between = read(second, second_url, language)
        after = read(first, first_url, language)
        assert without_token(before) == without_token(after)
        for word in [*own_words(first, first_url), "71234"]:
            assert word not in between
        for word in [*own_words(second, second_url), "85678"]:
            assert word not in before + after
        assert "71234" in before
        assert "85678" in between


def test_what_is_kept_holds_nothing_of_whoever_it_was_made_for(app, contest, now):
    one, url = sitting(app, contest, now, "71234", full_name="Trần Văn Một")
    for language in LANGUAGES:
        read(one, url, language)
    kept = [
        b"".join(part for frame in paper_page._frames.values() for part in frame._parts),
        *paper_page._silence.values(),
        *[b"".join(part) for parts in (question_html._feet, question_html._links) for part in parts.values()],
        *[
            b"".join([*each.before_rev, *each.after_rev, each.lead, *each.choices.values()])
            for each in question_html._questions.values()
        ],
    ]
    text = b"\n".join(kept).decode()
    assert text.count('id="du-doan"') == len(LANGUAGES), "one frame for each language"
    for word in [*own_words(one, url), "71234"]:
        assert word not in text
    assert 'name="csrf_token" type="hidden" value=""' in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["", "dark", "none-of-ours"])
def test_a_page_of_kept_parts_is_the_page_made_anew(app, contest, now, language, theme):
    one, url = sitting(app, contest, now, "71234")
    other, other_url = sitting(app, contest, now, "85678")
    anew = read(one, url, language, theme)
    forget()
    for each in LANGUAGES:
        read(other, other_url, each)
    assert without_token(read(one, url, language, theme)) == without_token(anew)
    assert ('data-theme="dark"' in anew) == (theme == "dark")
    assert f'<html lang="{language}"' in anew


def test_each_question_shows_its_own_order_choice_and_revision(app, contest, now):
    one = sitter(app, contest, now)
    url = one.start(contest)
    (ref, keys), (bare, _) = one.attempt(url).paper[:2]
    factories.save(one.person, one.attempt(url), [Choice(ref, (keys[1],), 9), Choice(bare, (), 4)], now)
    one.browser.post(url, {"rev": "0", "csrf_token": one.browser.token(), "flag-2": "1"}) if hasattr(
        one.browser, "token"
    ) else None
    page = one.browser.get(url)
    first, second = page.one("fieldset", id="q-1"), page.one("fieldset", id="q-2")
    assert (first.get("data-question"), first.get("data-rev")) == (ref, "9")
    assert (second.get("data-question"), second.get("data-rev")) == (bare, "4")
    inputs = page.all("input", name="q-1")
    assert [each.get("value") for each in inputs] == list(keys)
    assert [each.get("checked") is not None for each in inputs] == [key == keys[1] for key in keys]
    assert page.one("input", name="rev").get("value") == "9"


def test_what_organizers_change_is_there_with_the_next_page(app, contest, now):
    one, url = sitting(app, contest, now, "71234")
    assert "Cuộc thi mẫu" in read(one, url)
    with transaction():
        db.session.execute(update(Contest).values(title="Tên mới <b>"))
        db.session.execute(update(Round).values(label="Vòng mới"))
    page = read(one, url)
    assert "Tên mới &lt;b&gt;" in page
    assert "Bài thi Vòng mới" in page
    assert "Tên mới <b>" not in page


def test_what_a_refused_form_shows_is_kept_for_nobody(app, contest, now):
    one, url = sitting(app, contest, now, "71234")
    other, other_url = sitting(app, contest, now, "85678")
    refused = one.browser.post(url, {"rev": "1", "prediction": "rất nhiều người"}, status=422)
    assert "rất nhiều người" in refused.html
    for language in LANGUAGES:
        assert "rất nhiều" not in read(other, other_url, language)
        assert "error-summary" not in read(one, url, language)
