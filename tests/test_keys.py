"""quizapp.keys: one secret, a key for each purpose."""

import hashlib
import hmac

import pytest

from quizapp import keys


def test_a_key_is_hkdf_of_the_secret_and_the_label():
    extracted = hmac.new(bytes(32), b"a secret", hashlib.sha256).digest()
    expected = hmac.new(extracted, b"quizapp|signing" + b"\x01", hashlib.sha256).digest()
    assert keys.derive("a secret", "signing") == expected


def test_other_labels_and_other_secrets_give_other_keys():
    made = {keys.derive(secret, label) for secret in ("một", "hai") for label in ("signing", "personal data")}
    assert len(made) == 4
    assert {len(key) for key in made} == {32}


@pytest.mark.parametrize(("secret", "label"), [("", "signing"), ("a secret", "")])
def test_nothing_is_derived_from_nothing(secret: str, label: str):
    with pytest.raises(ValueError, match="a key needs"):
        keys.derive(secret, label)
