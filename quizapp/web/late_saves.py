"""Answers that are refused because their paper's time is over: kept as evidence before the refusal is told."""

from collections.abc import Sequence

from flask import g

from quizapp.attempts import late
from quizapp.attempts.rules import Choice
from quizapp.db import transaction
from quizapp.errors import Conflict
from quizapp.web.identity import current_session_id
from quizapp.web.limits import LATE_ANSWERS
from quizapp.web.throttle import hold


def keep_late(refused: Conflict, attempt_id: str, batch: Sequence[Choice], guess: tuple[str, int] | None) -> Conflict:
    """The refusal to be raised, telling whether what was sent is kept (`kept_as_evidence`).

    To be called outside of the transaction that was refused. Any other refusal comes back as it is. Raises NotFound
    for a paper that is not this browser's, TooMany when one paper sends too often.
    """
    if refused.code != "attempt_closed":
        return refused
    hold(LATE_ANSWERS, attempt_id)
    with transaction():
        kept = late.keep(attempt_id, current_session_id(), batch, guess, now=g.now)
    return Conflict("attempt_closed", kept_as_evidence=kept)
