"""Signatures of the session cookie and of the tokens against forged requests."""

import hashlib

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from quizapp.ids import digest
from quizapp.web.identity import TOKEN
from quizapp.web.signed_sessions import SignedSessions, form_tokens


@pytest.fixture
def signer(app: Flask) -> URLSafeTimedSerializer:
    return app.session_interface.get_signing_serializer(app)


def sent(app: Flask, cookie: str) -> dict[str, str]:
    return {"HTTP_COOKIE": f"{app.config['SESSION_COOKIE_NAME']}={cookie}"}


def test_a_cookie_of_ours_names_its_browser(app, signer):
    sessions = SignedSessions(app)
    assert sessions.browser(sent(app, signer.dumps({TOKEN: "mot"}))) == digest("mot")
    assert sessions.browser(sent(app, signer.dumps({}))) == ""
    assert sessions.browser({}) is None


@pytest.mark.parametrize("salt", ["cookie-session", "wtf-csrf-token"])
def test_another_key_or_salt_or_hash_is_not_ours(app, salt):
    made = {"salt": salt, "signer_kwargs": {"key_derivation": "hmac", "digest_method": hashlib.sha256}}
    ours = URLSafeTimedSerializer(app.secret_key, **made).dumps({TOKEN: "mot"})
    assert (SignedSessions(app).contents(ours) is not None) == (salt == "cookie-session")
    assert SignedSessions(app).contents(URLSafeTimedSerializer("another key", **made).dumps({})) is None
    made["signer_kwargs"]["digest_method"] = hashlib.sha1
    assert SignedSessions(app).contents(URLSafeTimedSerializer(app.secret_key, **made).dumps({})) is None


def test_all_signatures_are_made_with_sha256(app, signer):
    """43 signs of base64 are 32 bytes; SHA-1 has 20."""
    token = app.test_client().get("/api/v1/session").json["csrf_token"]
    assert [len(signed.rpartition(".")[2]) for signed in (signer.dumps({}), token)] == [43, 43]
    assert isinstance(form_tokens(app).loads(token), str)
