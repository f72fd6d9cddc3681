"""Which language a reader gets: their choice, else what the browser prefers, else Vietnamese."""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, Domain, _get_current_context
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LOCALES = ("vi", "en")
# The cookie's name; over HTTPS with a prefix (`LANGUAGE_COOKIE_NAME` of the configuration).
COOKIE = "lang"


def select_locale() -> str:
    """`vi` or `en`; Vietnamese outside of a request and for every other language."""
    if not has_request_context():
        return "vi"
    chosen = request.cookies.get(current_app.config["LANGUAGE_COOKIE_NAME"])
    return locale_of(chosen, request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=1000)
def locale_of(chosen: str | None, accepted: str) -> str:
    """The same for a reader's cookie and what the browser says that it accepts (`Accept-Language`)."""
    if chosen in LOCALES:
        return str(chosen)
    return parse_accept_header(accepted, LanguageAccept).best_match(LOCALES, default="vi") or "vi"


class _OneCatalogue(Domain):
    """Finds the catalogue of the present language once, and not anew for each sentence."""

    def get_translations(self) -> Any:
        """As Flask-Babel's, kept where `force_locale` and `refresh` put aside what belongs to a language."""
        context = _get_current_context()
        if context is None:
            return super().get_translations()
        if getattr(context, "babel_translations", None) is None:
            context.babel_translations = super().get_translations()
        return context.babel_translations


class Catalogues(Babel):
    """Flask-Babel with `_OneCatalogue`, and with a `_` for templates that looks up nothing but the sentence."""

    def init_app(self, app: Flask, *args: Any, **options: Any) -> None:
        """As Flask-Babel's."""
        super().init_app(app, *args, **options)
        app.jinja_env.globals["_"] = _in_template

    @property
    def domain_instance(self) -> Domain:
        """What sentences are looked up in."""
        return _CATALOGUE


_CATALOGUE = _OneCatalogue()


def _in_template(sentence: str, /, **variables: object) -> Markup:
    """The sentence in the present language; what is put into it is escaped. All templates are HTML."""
    return Markup(_CATALOGUE.gettext(sentence)) % variables  # noqa: S704 - our own words
