"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for when the telephone is gone.

The secret is kept encrypted (AES-256-GCM, bound to its account) with a key that is not in the database. Whether a code
is taken is decided by one UPDATE, so the same code sent twice at the same moment counts once.
"""

import secrets
from base64 import b64decode, b64encode
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, or_, select, update

from quizapp.accounts import passwords
from quizapp.accounts.models import RecoveryCode, User
from quizapp.accounts.queries import get_user
from quizapp.accounts.sessions import end_sessions_of
from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import db
from quizapp.errors import Conflict, Invalid
from quizapp.ids import code_groups, new_code, normalize_code

STEP_SECONDS = 30
DIGITS = 6
# Clocks of telephones may be off by so many steps, before or after.
STEPS_OFF = 1
RECOVERY_CODES = 10
_RECOVERY_LETTERS = 10
_NONCE_BYTES = 12
_SALT_BYTES = 16


def begin(user_id: int, *, key: bytes) -> None:
    """Make a new secret, which waits for its first code; what there was before stays in force until then."""
    user = get_user(user_id)
    user.second_factor_pending = _encrypt(pyotp.random_base32(), user_id, key)
    db.session.flush()


def find_pending(user_id: int, *, key: bytes) -> str | None:
    """The secret that waits for its first code, in base 32."""
    return _decrypt(get_user(user_id).second_factor_pending, user_id, key)


def address_of(secret: str, login: str, issuer: str) -> str:
    """What the QR code says: an `otpauth://` address that authenticator apps read."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=issuer)


def confirm(user_id: int, code: str, *, key: bytes, now: datetime, session_id: int | None) -> list[str]:
    """Put the waiting secret in force with its first code; all other sessions of the account end.

    Returns the recovery codes, which are shown this once. Raises Invalid("first_otp_wrong"),
    Conflict("nothing_pending").
    """
    user = get_user(user_id)
    secret = _decrypt(user.second_factor_pending, user_id, key)
    if secret is None:
        raise Conflict("nothing_pending")
    digits = _digits(code)
    step = _step_of(secret, digits, now) if digits else None
    if step is None:
        raise Invalid("first_otp_wrong")
    changed = db.session.execute(
        update(User)
        .where(User.id == user_id, User.second_factor_pending == user.second_factor_pending)
        .values(
            second_factor_secret=user.second_factor_pending,
            second_factor_pending=None,
            second_factor_at=now,
            second_factor_step=step,
        )
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("nothing_pending")
    codes = _new_codes(user_id, now)
    end_sessions_of(user_id, now=now, but=session_id)
    audit.record(INSTALLATION, "enrol_second_factor", actor=user.login, object=user.login, now=now)
    return codes


def renew_codes(user_id: int, *, now: datetime) -> list[str]:
    """New recovery codes in place of the old ones, shown this once."""
    user = get_user(user_id)
    codes = _new_codes(user_id, now)
    audit.record(INSTALLATION, "renew_recovery_codes", actor=user.login, object=user.login, now=now)
    return codes


def drop(user_id: int, *, actor: str, now: datetime, session_id: int | None = None) -> None:
    """Take the second factor away; all other sessions of the account end."""
    user = get_user(user_id)
    user.second_factor_secret = user.second_factor_pending = None
    user.second_factor_at = user.second_factor_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    end_sessions_of(user_id, now=now, but=session_id)
    audit.record(INSTALLATION, "drop_second_factor", actor=actor, object=user.login, now=now)


def take_code(user_id: int, typed: str, *, key: bytes, now: datetime) -> bool:
    """Whether what was typed is a code of the account that has not been taken before: of the app, or for recovery.

    A code that is right is used up.
    """
    digits = _digits(typed)
    return _take_step(user_id, digits, key, now) if digits else _take_recovery_code(user_id, typed, now)


def is_of_app(typed: str) -> bool:
    """Whether what was typed is meant as a code of the app; anything else is tried as a recovery code."""
    return _digits(typed) is not None


def _take_step(user_id: int, digits: str, key: bytes, now: datetime) -> bool:
    user = get_user(user_id)
    secret = _decrypt(user.second_factor_secret, user_id, key)
    step = _step_of(secret, digits, now) if secret else None
    if step is None:
        return False
    taken = db.session.execute(
        update(User)
        .where(
            User.id == user_id,
            User.second_factor_secret == user.second_factor_secret,
            # An older code than the last one is refused as well: somebody may have read it over a shoulder.
            or_(User.second_factor_step.is_(None), User.second_factor_step < step),
        )
        .values(second_factor_step=step)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _take_recovery_code(user_id: int, typed: str, now: datetime) -> bool:
    code = normalize_code(typed)
    salt = db.session.scalar(select(RecoveryCode.salt).where(RecoveryCode.user_id == user_id).limit(1))
    if salt is None or len(code) != _RECOVERY_LETTERS:
        return False
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == passwords.hash_code(code, bytes.fromhex(salt)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return False
    login = get_user(user_id).login
    audit.record(INSTALLATION, "recovery_code_used", actor=login, object=login, now=now)
    return True


def _new_codes(user_id: int, now: datetime) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    salt = secrets.token_bytes(_SALT_BYTES)
    codes = [new_code(_RECOVERY_LETTERS) for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(user_id=user_id, salt=salt.hex(), code_hash=passwords.hash_code(code, salt), created_at=now)
        for code in codes
    )
    db.session.flush()
    return [code_groups(code) for code in codes]


def _digits(typed: str) -> str | None:
    """The code of an app as it was meant, without blanks; None for anything else."""
    digits = "".join(typed.split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else None


def _step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The time step whose code this is, None when it is of none near `now`."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - STEPS_OFF, present + STEPS_OFF + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def _encrypt(secret: str, user_id: int, key: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, secret.encode(), str(user_id).encode())).decode()


def _decrypt(stored: str | None, user_id: int, key: bytes) -> str | None:
    """The secret; None when there is none, or when it was encrypted with a key that is gone."""
    if stored is None:
        return None
    held = b64decode(stored)
    try:
        return AESGCM(key).decrypt(held[:_NONCE_BYTES], held[_NONCE_BYTES:], str(user_id).encode()).decode()
    except InvalidTag:
        return None
