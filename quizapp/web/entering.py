"""Entering a contest and coming back to it, from a page or through the API; whoever tries too often has to wait."""

from collections.abc import Callable, Mapping

from flask import g

from quizapp.accounts import sessions
from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import identities, queries, rules, service
from quizapp.entries.rules import Guardian
from quizapp.entries.service import Entered
from quizapp.ids import normalize_code
from quizapp.web import limits, work
from quizapp.web.identity import current_session, ensure_session, remember
from quizapp.web.throttle import caller, has_room, hold
from quizapp.web.work import Work


def enter(
    contest: ContestInfo,
    typed: Mapping[str, str],
    *,
    consent_version: str | None,
    entry_code: str | None,
    brought: Work | None = None,
    guardian: Guardian | None = None,
) -> Entered:
    """Enter from this browser, or come back. Raises what `entries.service.enter` raises, and TooMany."""
    _hold_address(brought)
    details, _ = rules.check_form(contest.spec, typed, local_date(g.now))
    if details is not None:
        _hold_identity(contest, rules.identity_hash(contest.spec, details), entry_code)
    return _taken_in(
        lambda session_id: service.enter(
            contest,
            typed,
            consent_version=consent_version,
            entry_code=entry_code,
            session_id=session_id,
            now=g.now,
            guardian=guardian,
        )
    )


def resume(contest: ContestInfo, code: str) -> Entered:
    """Come back with the entry code alone. Raises NotFound("entry_code_unknown"), TooMany."""
    hold(limits.CODES_TRIED, caller())
    return _taken_in(lambda session_id: service.resume_with_code(contest, code, session_id=session_id, now=g.now))


def _taken_in(act: Callable[[int], Entered]) -> Entered:
    """Do it for this browser's session, which goes on under a new token when it acts for somebody more from now on.

    So whoever has planted or copied the cookie shares nothing with the person who comes in.
    """
    token = None
    with transaction():
        is_old = current_session() is not None
        session_id = ensure_session(now=g.now)
        before = {person.id for person in queries.list_present_participants(session_id)}
        entered = act(session_id)
        if is_old and entered.participant_id not in before:
            token = sessions.renew_session(session_id)
    if token is not None:
        # Only now: with a token that was not stored the browser would lose its session.
        remember(token)
    return entered


def _hold_address(brought: Work | None) -> None:
    """Beyond a school's rhythm each entry has a price; beyond what people can do at all there is none to be had."""
    address = caller()
    for limit in limits.ENTRIES_AT_ALL:
        hold(limit, address)
    # Each of them counts this entry, also when the one before has passed.
    passed = [limit for limit in limits.ENTRIES_FREELY if not has_room(limit, address)]
    if passed:
        work.ask_for(brought)


def _hold_identity(contest: ContestInfo, identity: str, entry_code: str | None) -> None:
    """Right or wrong, each try counts: what is guessed here is somebody's code or birth date."""
    name = identities.throttle_name(contest.id, identity)
    hold(limits.SAME_PERSON_HERE, f"{name}:{caller()}")
    owner = queries.find_by_entry_code(contest.id, normalize_code(entry_code)) if entry_code else None
    known = queries.find_by_identity(contest.id, identity) if owner else None
    if owner is None or known is None or owner.id != known.id:
        # Not of the owner of the code: whoever tries a name out elsewhere must not keep them out.
        hold(limits.SAME_PERSON_ANYWHERE, name)
