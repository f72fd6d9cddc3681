"""How the identity of a person is kept: the hash of `rules.identity_hash` under a key, so that nobody who has stolen
the database can find the telephone or citizen number by trying them all.

Rows of the version before have the hash itself, until the worker of this version has renewed them (`sealing`). From the
moment that it begins with a contest, whoever is new there is written with the key; before that, processes of the
version before may still be letting people in, and must find everybody whom this one has let in.
"""

from collections.abc import Iterable

from sqlalchemy import select

from quizapp.db import db
from quizapp.entries.models import PersonalDataState
from quizapp.sealed import key_of, ring

_PURPOSE = "identity"


def stored_forms(identity_hash: str) -> list[str]:
    """Everything that a row of that identity may have."""
    return [identity_hash, *ring().hashes(identity_hash, _PURPOSE)]


def key_for(contest_id: int) -> str | None:
    """The key of the contest's identities; None while they are kept as the version before keeps them."""
    return db.session.scalar(select(PersonalDataState.identity_key).where(PersonalDataState.contest_id == contest_id))


def stored_form(identity_hash: str, key_id: str | None) -> str:
    """What a new row has."""
    return identity_hash if key_id is None else ring().hash(identity_hash, _PURPOSE, key_id)


def renewed(stored: str, key_id: str) -> str:
    """The same identity with the key; one that has a key already stays."""
    return stored if key_of(stored) else stored_form(stored, key_id)


def throttle_name(contest_id: int, identity_hash: str) -> str:
    """How tries of an identity are counted outside of the database."""
    return f"{contest_id}:{stored_forms(identity_hash)[1]}"


def renewed_all(stored: Iterable[str], key_id: str) -> dict[str, str]:
    """Old form -> new form of those that are still to be renewed."""
    return {each: renewed(each, key_id) for each in stored if key_of(each) is None}
