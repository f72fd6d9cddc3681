"""The key that this installation signs exported records with."""

from flask import current_app

from quizapp.config import Settings
from quizapp.records.signing import Signer


def signer() -> Signer:
    """As the settings say."""
    settings: Settings = current_app.config["QUIZ"]
    return Signer(settings.secret_key, settings.signing_key)
