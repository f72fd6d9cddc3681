"""Sealing the papers of rounds in the log of their contests, for the worker."""

from datetime import UTC, datetime, timedelta

from quizapp.attempts import queries as attempts
from quizapp.attempts.seals import Reading, list_seals
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import transaction
from quizapp.results import sealing, versions

# A round is looked at so often; while it runs, what was handed in is sealed so often.
LOOK_EVERY = timedelta(minutes=1)
SEAL_EVERY = timedelta(minutes=10)
# What was submitted longer ago than this has been committed.
SETTLED_AFTER = timedelta(minutes=1)


class PaperSealer:
    """What one worker remembers between its steps: which list it is reading, and when it looked at each round."""

    def __init__(self) -> None:
        self._reading: dict[int, Reading] = {}
        self._looked: dict[int, datetime] = {}

    def tend(self, contest: ContestInfo, now: datetime) -> None:
        """One piece of what is due for each of the contest's rounds. Outside of a transaction."""
        for round_ in contest.rounds:
            # Marks by hand have no receipts.
            if round_.opens_at <= now and round_.spec.paper.mode != "marked":
                self._tend(contest, round_, now)

    def _tend(self, contest: ContestInfo, round_: RoundInfo, now: datetime) -> None:
        reading = self._reading.pop(round_.id, None)
        if reading is None:
            if self._looked.get(round_.id, datetime.min.replace(tzinfo=UTC)) > now - LOOK_EVERY:
                return
            self._looked[round_.id] = now
            reading = _due(contest, round_, now)
        if reading is None:
            return
        if not reading.go_on():
            self._reading[round_.id] = reading
            return
        with transaction():
            reading.record(now=now)


def _due(contest: ContestInfo, round_: RoundInfo, now: datetime) -> Reading | None:
    """The list that is to be read now: the whole one when the round is over and whenever its result became final since,
    else what has come in the last minutes."""
    last = next(iter(list_seals(contest.id, round_.key, 1)), None)
    if sealing.is_settled(round_, now) and not attempts.has_unsubmitted([round_.id]):
        latest = versions.latest(round_.id)
        since = latest.finalized_at if latest is not None and latest.finalized_at is not None else round_.closes_at
        is_sealed = last is not None and last.until is None and last.at >= since
        return None if is_sealed else Reading(contest, round_, last, None)
    until = now - SETTLED_AFTER
    if (last.at if last is not None else round_.opens_at) > now - SEAL_EVERY:
        return None
    # Papers whose time was over by then and that nobody has closed yet will count as submitted before.
    return None if attempts.list_due(contest.id, before=until, limit=1) else Reading(contest, round_, last, until)
