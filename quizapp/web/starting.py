"""Starting papers, from a page or through the API: only for people whom the round is for."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quizapp.accounts.queries import Browser
from quizapp.attempts import service as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.starting import StartAsk, Started
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import Snapshot
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Forbidden, QuizError
from quizapp.results import promotion


@dataclass(frozen=True)
class StartRequest:
    """A living browser asks for a paper of a round; `now` is when it asked."""

    slug: str
    key: str
    browser: Browser
    now: datetime


@dataclass(frozen=True)
class PaperStarted:
    """The attempt that is open now, and whether this request made it."""

    contest: ContestInfo
    round: RoundInfo
    attempt: AttemptInfo
    snapshot: Snapshot
    is_new: bool


def start_all(requests: Sequence[StartRequest]) -> list[PaperStarted | QuizError]:
    """What became of each, in the order given. Inside a transaction.

    Refused with NotFound, Forbidden("not_eligible", why="entry_required" or "not_promoted"), and what
    `attempts.service.start` raises.
    """
    by_round: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        by_round[request.slug, request.key].append(place)
    told: dict[int, PaperStarted | QuizError] = {}
    for (slug, key), places in sorted(by_round.items()):
        asked = {place: requests[place] for place in places}
        try:
            told.update(_start(slug, key, asked))
        except QuizError as refused:
            told.update(dict.fromkeys(places, refused))
    return [told[place] for place in range(len(requests))]


def _start(slug: str, key: str, asked: dict[int, StartRequest]) -> dict[int, PaperStarted | QuizError]:
    """The same for one round, by place."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(key)
    people = entries.find_participants({request.browser for request in asked.values()}, contest.id)
    refusals: dict[int, QuizError] = {}
    asks: dict[int, StartAsk] = {}
    makers: dict[int, int] = {}
    for place, request in asked.items():
        person = people.get(request.browser)
        why = _why_not(contest, round_, person)
        if person is None or why:
            refusals[place] = Forbidden("not_eligible", why=why)
        elif person.id not in asks:
            asks[person.id], makers[person.id] = StartAsk(person, request.now), place
    started = attempts.start_all(contest, round_, asks) if asks else {}
    versions = {result.attempt.rules_version for result in started.values() if isinstance(result, Started)}
    snapshots = {version: contests.get_snapshot(contest.id, version) for version in versions}
    told: dict[int, PaperStarted | QuizError] = dict(refusals)
    for place, request in asked.items():
        if place not in refusals:
            person_id = people[request.browser].id
            result = started[person_id]
            if isinstance(result, QuizError):
                told[place] = result
                continue
            snapshot = snapshots[result.attempt.rules_version]
            is_new = result.is_new and makers[person_id] == place
            told[place] = PaperStarted(contest, round_, result.attempt, snapshot, is_new)
    return told


def _why_not(contest: ContestInfo, round_: RoundInfo, person: ParticipantInfo | None) -> str | None:
    if person is None:
        return "entry_required"
    return None if promotion.is_promoted(contest, round_, person.id) else "not_promoted"
