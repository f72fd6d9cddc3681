"""Pages of the reader's own account: signing in and out, the language."""

from quizapp.web.account import locale, sign_in
from quizapp.web.account.blueprint import bp

__all__ = ["bp", "locale", "sign_in"]
