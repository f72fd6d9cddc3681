"""rules.json and key.json: what a ranking is made by. Canonical JSON; no texts of questions, nothing about people."""

from datetime import datetime
from typing import Any

from quizapp.attempts import rulings
from quizapp.attempts.rules import Marking, canonical
from quizapp.clock import rfc3339
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import Snapshot, SnapshotQuestion
from quizapp.records import release
from quizapp.results.versions import ResultInfo

RULES_FORMAT = "rules-1"
KEY_FORMAT = "key-1"


def write_rules(contest: ContestInfo, *, to_public: bool, now: datetime) -> bytes:
    """rules.json of a launched contest; what may not be told yet is null. Raises NotFound before the launch."""
    return _file(
        {
            "format": RULES_FORMAT,
            "contest": contest.slug,
            "title": contest.title,
            "commitment": contest.commitment,
            "groups": [group.key for group in contest.spec.groups],
            "rounds": [_rules_of(contest, round_, now, to_public) for round_ in contest.rounds],
        }
    )


def _rules_of(contest: ContestInfo, round_: RoundInfo, now: datetime, to_public: bool) -> dict[str, Any]:
    spec, snapshot = round_.spec, contests.get_snapshot(contest.id, round_.rules_version)
    result = release.result_of(round_, to_public=to_public)
    knows_papers = not to_public or release.tells_papers(round_, now)
    knows_actual = release.tells_actual(contest, round_, now, to_public=to_public)
    refs = sorted(release.questions_of(contest, round_))
    return {
        "key": round_.key,
        "label": round_.label,
        "opens_at": rfc3339(round_.opens_at),
        "closes_at": rfc3339(round_.closes_at),
        "rules_version": round_.rules_version,
        "mode": spec.paper.mode,
        "points": spec.paper.points,
        "time_limit_seconds": spec.paper.time_limit_seconds,
        "shuffle": spec.paper.shuffle.model_dump(),
        "attempts": spec.attempts.model_dump(),
        "counted": spec.counted,
        "prediction": spec.prediction.model_dump() if spec.prediction else None,
        "ranking": spec.ranking.model_dump(),
        "key_public": spec.key_public,
        "actual": (result.actual if result else contests.actual_of(round_.id)) if knows_actual else None,
        "result": _result(result) if result else None,
        "blueprint": _blueprint(snapshot, round_) if knows_papers else None,
        "questions": {ref: _question(snapshot.questions[ref]) for ref in refs} if knows_papers else None,
    }


def _result(result: ResultInfo) -> dict[str, Any]:
    return {
        "version": result.version,
        "final_at": rfc3339(result.finalized_at) if result.finalized_at else None,
        "published_at": rfc3339(result.published_at) if result.published_at else None,
        "people": result.people,
        "attempts": result.attempts,
        "people_all_correct": result.people_all_correct,
        "attempts_all_correct": result.attempts_all_correct,
        "ranked": result.ranked,
        "ranking_sha256": result.ranking_hash,
    }


def _blueprint(snapshot: Snapshot, round_: RoundInfo) -> list[dict[str, Any]]:
    strata = snapshot.blueprints.get(round_.key, ())
    return [{"pool": list(stratum.pool), "count": stratum.count} for stratum in strata]


def _question(question: SnapshotQuestion) -> dict[str, Any]:
    return {
        "options": [key for key, _ in question.options],
        "pinned": sorted(question.pinned),
        "keep_order": question.keep_order,
    }


def has_key(contest: ContestInfo, *, to_public: bool, now: datetime) -> bool:
    """True once there is anything to tell in key.json."""
    return any(release.tells_key(contest, round_, now, to_public=to_public) for round_ in contest.rounds)


def write_key(contest: ContestInfo, *, to_public: bool, now: datetime) -> bytes:
    """key.json: of each round whose key may be told, how every question is marked, and the rulings that led there.

    `seed` is null until the last round. Raises NotFound before the launch.
    """
    told = [each for each in contest.rounds if release.tells_key(contest, each, now, to_public=to_public)]
    knows_seed = release.tells_seed(contest, now, to_public=to_public)
    return _file(
        {
            "format": KEY_FORMAT,
            "contest": contest.slug,
            "seed": contests.get_seed(contest.id).hex() if knows_seed else None,
            "rounds": {round_.key: _key_of(contest, round_) for round_ in told},
        }
    )


def _key_of(contest: ContestInfo, round_: RoundInfo) -> dict[str, Any]:
    markings = rulings.markings(round_.id, contests.get_snapshot(contest.id, round_.rules_version))
    return {
        "questions": {ref: _marking(markings[ref]) for ref in release.questions_of(contest, round_)},
        "rulings": [
            {
                "question": ruling.question,
                "kind": ruling.kind,
                "answers": _sets(ruling.answers),
                "note": ruling.public_note,
                "at": rfc3339(ruling.decided_at) if ruling.decided_at else None,
            }
            for ruling in reversed(rulings.list_applied(round_.id))
        ],
    }


def _marking(marking: Marking) -> dict[str, Any]:
    return {"right": _sets(marking.right), "void": marking.void}


def _sets(answers: Any) -> list[list[str]]:
    return sorted(sorted(options) for options in answers)


def _file(content: dict[str, Any]) -> bytes:
    return (canonical(content) + "\n").encode()
