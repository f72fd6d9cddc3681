"""The reader's language, and sentences in it."""

import pytest
from flask_babel import force_locale, gettext, lazy_gettext, ngettext, refresh

from quizapp.web.locale import locale_of

SENTENCE, ENGLISH = "Đang nộp bài", "Submitting"
LAZY = lazy_gettext(SENTENCE)


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        (None, "", "vi"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr,en;q=0.2,vi;q=0.8", "vi"),
        (None, "fr", "vi"),
        ("en", "vi", "en"),
        ("vi", "en", "vi"),
        ("fr", "en", "en"),
        (None, "\x00;;q=,,", "vi"),
    ],
)
def test_a_choice_goes_before_what_the_browser_prefers(chosen, accepted, expected):
    assert locale_of(chosen, accepted) == expected


def test_a_language_that_is_forced_holds_for_its_block(app):
    with app.app_context(), app.test_request_context():
        assert gettext(SENTENCE) == str(LAZY) == SENTENCE
        with force_locale("en"):
            assert gettext(SENTENCE) == str(LAZY) == ENGLISH
            with force_locale("vi"):
                assert gettext(SENTENCE) == SENTENCE
            assert gettext(SENTENCE) == ENGLISH
            assert ngettext("%(num)d giờ", "%(num)d giờ", 1) != ngettext("%(num)d giờ", "%(num)d giờ", 2)
        assert gettext(SENTENCE) == str(LAZY) == SENTENCE


def test_a_request_after_another_has_its_own_language(app):
    for language, expected in (("en", ENGLISH), ("vi", SENTENCE), ("en", ENGLISH)):
        with app.app_context(), app.test_request_context(headers={"Cookie": f"lang={language}"}):
            assert gettext(SENTENCE) == str(LAZY) == expected


def test_a_language_may_change_within_a_request(app):
    with app.app_context(), app.test_request_context() as context:
        assert gettext(SENTENCE) == SENTENCE
        context.request.cookies = {"lang": "en"}
        refresh()
        assert gettext(SENTENCE) == ENGLISH


def test_templates_escape_what_is_put_into_a_sentence_and_not_the_sentence(app):
    with app.app_context(), app.test_request_context():
        template = app.jinja_env.from_string("{{ _('Bài thi %(round)s', round='<b>') }} {{ _('100%%') }}")
        assert template.render() == "Bài thi &lt;b&gt; 100%"


def test_without_an_application_sentences_stay_as_they_are():
    assert str(LAZY) == SENTENCE
