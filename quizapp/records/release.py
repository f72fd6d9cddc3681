"""What of the records may be given to whom, and when.

The organizers of a contest get everything that is decided. The public gets of a round, after its end, what cannot tell
the key of a question that may still be asked: the points of published answers give away the key as well, so raw records
follow the key. The seed gives away every paper, so it waits for the last round.
"""

from datetime import datetime

from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.results import sealing, versions
from quizapp.results.versions import ResultInfo


def tells_papers(round_: RoundInfo, now: datetime) -> bool:
    """True once the pools from which the round's papers are drawn may be read."""
    return sealing.is_settled(round_, now)


def tells_key(contest: ContestInfo, round_: RoundInfo, now: datetime, *, to_public: bool) -> bool:
    """True once the right answers of the round's questions may be read.

    To the public: when its key is public after the close, and no other round whose key is secret, still or for ever,
    draws from the same questions.
    """
    if not sealing.is_settled(round_, now):
        return False
    if not to_public:
        return True
    asked = questions_of(contest, round_)
    alike = [each for each in contest.rounds if each.id == round_.id or asked & questions_of(contest, each)]
    return all(_keeps_no_secret(each) and sealing.is_settled(each, now) for each in alike)


def tells_seed(contest: ContestInfo, now: datetime, *, to_public: bool) -> bool:
    """True once the secret of all draws may be read: after the last round, and to the public with all its keys."""
    return all(tells_key(contest, round_, now, to_public=to_public) for round_ in contest.rounds)


def gives_raw(contest: ContestInfo, round_: RoundInfo | None, now: datetime) -> bool:
    """True when the public may take the raw records of the round (None = of the whole contest).

    While a published result is being superseded the attempts are not those by which it was made, so they wait.
    """
    rounds = contest.rounds if round_ is None else (round_,)
    return contest.spec.publication.records == "public" and all(
        tells_key(contest, each, now, to_public=True) and _is_published(each) for each in rounds
    )


def result_of(round_: RoundInfo, *, to_public: bool) -> ResultInfo | None:
    """The version of the round's result that the records belong to.

    To organizers the latest one, once it is final: a version under review has no ranking yet.
    """
    if to_public:
        return versions.published(round_.id)
    latest = versions.latest(round_.id)
    return latest if latest is not None and latest.finalized_at is not None else None


def tells_actual(contest: ContestInfo, round_: RoundInfo, now: datetime, *, to_public: bool) -> bool:
    """True when the frozen value of the guess may be read."""
    return not to_public or sealing.has_result(contest, round_, now)


def questions_of(contest: ContestInfo, round_: RoundInfo) -> frozenset[str]:
    """The refs of all questions that a paper of the round may have."""
    snapshot = contests.get_snapshot(contest.id, round_.rules_version)
    return frozenset(ref for stratum in snapshot.blueprints.get(round_.key, ()) for ref in stratum.pool)


def _is_published(round_: RoundInfo) -> bool:
    latest = versions.latest(round_.id)
    return latest is not None and latest.published_at is not None


def _keeps_no_secret(round_: RoundInfo) -> bool:
    """True when the round's key may be read after its close; what is marked by hand has none."""
    return round_.spec.key_public == "after_close" or round_.spec.paper.mode == "marked"
