"""Pages of the reader's own account: signing in and out, password, second factor, sessions, the language."""

from quizapp.web.account import confirm, links, locale, own, second_factor, sign_in
from quizapp.web.account.blueprint import bp

__all__ = ["bp", "confirm", "links", "locale", "own", "second_factor", "sign_in"]
