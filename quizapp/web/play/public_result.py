"""Which versions of a round's result the public may look at."""

from datetime import datetime

from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.errors import NotFound
from quizapp.results import sealing, versions
from quizapp.results.versions import ResultInfo


def published_version(round_: RoundInfo, wanted: str | None) -> tuple[ResultInfo | None, int | None]:
    """The published version of that number (None = the newest one), and the newest one's number.

    (None, None) before the first publication. Raises NotFound for a number that was never published.
    """
    if not wanted:
        newest = versions.published(round_.id)
        return newest, newest.version if newest else None
    public = published_versions(round_)
    for version in public:
        if str(version.version) == wanted:
            return version, public[0].version
    raise NotFound("version_not_found")


def published_versions(round_: RoundInfo) -> list[ResultInfo]:
    """Every version that has been published, the newest first."""
    return [version for version in versions.list_versions(round_.id) if version.published_at is not None]


def published_results(contest: ContestInfo, now: datetime) -> dict[str, ResultInfo]:
    """By the key of a round, the version that everybody sees."""
    by_id = versions.published_of_contest(contest.id)
    return {
        round_.key: by_id[round_.id]
        for round_ in contest.rounds
        if round_.id in by_id and sealing.has_result(contest, round_, now)
    }
