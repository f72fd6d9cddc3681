"""Which language a reader gets: their choice, else what the browser prefers, else Vietnamese."""

from flask import has_request_context, request

LOCALES = ("vi", "en")
COOKIE = "lang"


def select_locale() -> str:
    """`vi` or `en`; Vietnamese outside of a request and for every other language."""
    if not has_request_context():
        return "vi"
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES, default="vi") or "vi"
