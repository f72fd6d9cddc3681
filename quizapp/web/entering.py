"""Entering a contest and coming back to it, from a page or through the API; whoever tries too often has to wait."""

from collections.abc import Mapping

from flask import g

from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import rules, service
from quizapp.entries.service import Entered
from quizapp.web.identity import client_address, ensure_session
from quizapp.web.throttle import limit

# A school or a ward shares one address, so that one is generous; one identity is tried by one person.
ENTRIES_PER_ADDRESS = 900
RESUMPTIONS_PER_ADDRESS = 120
ADDRESS_WINDOW_SECONDS = 60
TRIES_PER_IDENTITY = 10
IDENTITY_WINDOW_SECONDS = 600


def enter(
    contest: ContestInfo, typed: Mapping[str, str], *, consent_version: str | None, entry_code: str | None
) -> Entered:
    """Enter from this browser, or come back. Raises what `entries.service.enter` raises, and TooMany."""
    limit("entries", client_address(), ENTRIES_PER_ADDRESS, ADDRESS_WINDOW_SECONDS)
    details, _ = rules.check_form(contest.spec, typed, local_date(g.now))
    if details is not None:
        # Right or wrong, each try counts: what is guessed here is somebody's code or birth date.
        identity = f"{contest.id}:{rules.identity_hash(contest.spec, details)}"
        limit("identity", identity, TRIES_PER_IDENTITY, IDENTITY_WINDOW_SECONDS)
    with transaction():
        return service.enter(
            contest,
            typed,
            consent_version=consent_version,
            entry_code=entry_code,
            session_id=ensure_session(now=g.now),
            now=g.now,
        )


def resume(contest: ContestInfo, code: str) -> Entered:
    """Come back with the entry code alone. Raises NotFound("entry_code_unknown"), TooMany."""
    limit("resume", client_address(), RESUMPTIONS_PER_ADDRESS, ADDRESS_WINDOW_SECONDS)
    with transaction():
        return service.resume_with_code(contest, code, session_id=ensure_session(now=g.now), now=g.now)
