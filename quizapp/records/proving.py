"""Is what stands in the database what the log says was decided and handed in?

The chain of the log is proved by itself (`audit.queries.find_chain_fault`). Here its lines are held against the tables:
the rules and keys of each version, the papers of each round as they were sealed, every answer against its receipt,
every score against the answers, and the rankings and prizes that were made final.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from quizapp.areas import queries as areas
from quizapp.attempts import finishing, late, receipts, rules, rulings, seals
from quizapp.attempts.late import GUESS, LateItem
from quizapp.attempts.models import Attempt
from quizapp.attempts.rules import Marking
from quizapp.audit import queries as audit
from quizapp.awards.models import AwardSheet
from quizapp.clock import rfc3339
from quizapp.contests import queries as contests
from quizapp.contests import snapshot
from quizapp.contests.models import ContestSnapshot
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.service import rules_seal
from quizapp.db import db
from quizapp.results import ranking_file, versions

_AT_ONCE = 500


@dataclass(frozen=True)
class Contradiction:
    """Something that is not as it was: `check` names what was looked at, `where` the paper, version or receipts.

    `line`: the line of the log (counted from 1) that says how it was; None where the paper's own receipt does.
    """

    check: str
    round_key: str | None
    where: str
    line: int | None = None


def contradictions(contest: ContestInfo) -> Iterator[Contradiction]:
    """Everything found, in an order of its own; each round's list of receipts is told once."""
    yield from _rules(contest)
    for round_ in contest.rounds:
        if round_.spec.paper.mode != "marked":
            yield from _seals(contest, round_)
            yield from _papers(contest, round_)
        yield from _rankings(contest, round_)
    yield from _sheets(contest)


def _rules(contest: ContestInfo) -> Iterator[Contradiction]:
    """Each version of questions, keys and rules is the one that was launched, or amended to."""
    told = audit.list_latest(contest.id, acts=("launch", "amend"))[::-1]
    query = select(ContestSnapshot.version, ContestSnapshot.content).where(ContestSnapshot.contest_id == contest.id)
    kept = db.session.execute(query.order_by(ContestSnapshot.version)).all()
    seed = contests.get_seed(contest.id)
    for index in range(max(len(told), len(kept))):
        if index >= len(told) or index >= len(kept):
            yield Contradiction("rules", None, str(index + 1), told[index].i + 1 if index < len(told) else None)
        elif told[index].object and told[index].object != rules_seal(seed, kept[index].content):
            yield Contradiction("rules", None, str(kept[index].version), told[index].i + 1)


def _seals(contest: ContestInfo, round_: RoundInfo) -> Iterator[Contradiction]:
    sealed = seals.list_seals(contest.id, round_.key)
    for broken in islice(seals.broken_seals(sealed, receipts.list_lines(round_.id)), 1):
        yield Contradiction("seal", round_.key, f"{broken.first}-{broken.last}", broken.i + 1)


def _papers(contest: ContestInfo, round_: RoundInfo) -> Iterator[Contradiction]:
    """Each paper that was handed in has the answers of its receipt, and the score that follows from its answers now."""
    columns = (
        Attempt.id, Attempt.public_id, Attempt.paper, Attempt.prediction, Attempt.started_at, Attempt.deadline,
        Attempt.submitted_at, Attempt.finished_by, Attempt.score, Attempt.is_perfect, Attempt.receipt,
        Attempt.rules_version,
    )  # fmt: skip
    query = select(*columns).where(Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None))
    markings = rulings.markings(round_.id, contests.get_snapshot(contest.id, round_.rules_version))
    with db.session.execute(query.order_by(Attempt.id).execution_options(yield_per=_AT_ONCE)) as found:
        for page in found.partitions():
            ids = [row.id for row in page]
            answers, accepted = finishing.answers_of(ids), late.accepted_of(ids)
            for row in page:
                chosen = {ref: choice.options for ref, choice in answers[row.id].items()}
                if not _fits_receipt(row, chosen, accepted.get(row.id, ())):
                    yield Contradiction("receipt", round_.key, row.public_id)
                if not _is_score(row, round_, chosen, markings):
                    yield Contradiction("score", round_.key, row.public_id)


def _fits_receipt(row: Any, chosen: Mapping[str, tuple[str, ...]], accepted: Iterable[LateItem]) -> bool:
    """What was accepted late is taken back first: a receipt is about what was there at the submission."""
    before: dict[str, Any] = dict(chosen)
    guess = row.prediction
    for item in reversed(list(accepted)):
        if item.question == GUESS:
            guess = item.replaced
        elif item.replaced is None:
            before.pop(item.question, None)
        else:
            before[item.question] = item.replaced
    try:
        receipt = json.loads(row.receipt or "{}")
        facts = {
            "attempt": row.public_id,
            "paper_hash": rules.paper_hash(json.loads(row.paper)),
            "answers_hash": rules.answers_hash(receipt["salt"], before),
            "prediction": guess,
            "rules_version": row.rules_version,
            "started_at": rfc3339(row.started_at),
            "deadline": rfc3339(row.deadline),
            "submitted_at": rfc3339(row.submitted_at),
            "finished_by": row.finished_by,
        }
        return all(receipt[name] == value for name, value in facts.items())
    except (ValueError, KeyError, TypeError):
        return False


def _is_score(
    row: Any, round_: RoundInfo, chosen: Mapping[str, tuple[str, ...]], markings: Mapping[str, Marking]
) -> bool:
    try:
        paper = [(ref, tuple(options)) for ref, options in json.loads(row.paper)]
        made = rules.grade(paper, chosen, markings, round_.spec.paper.points)
    except (ValueError, KeyError, TypeError):
        return False
    return (made.score, made.is_perfect) == (row.score, bool(row.is_perfect))


def _rankings(contest: ContestInfo, round_: RoundInfo) -> Iterator[Contradiction]:
    """Each ranking that is final is the one that was made final."""
    tree = areas.get_tree_by_id(contest.tree_id)
    told = audit.list_latest(contest.id, acts=("finalize_round",), round_key=round_.key)
    for result in versions.list_versions(round_.id):
        name = str(result.version) if result.version > 1 else ""
        said = next((entry for entry in told if entry.reason == name), None)
        if result.finalized_at is None or (said is not None and not said.object):
            continue
        if said is None or said.object != ranking_file.fingerprint(result.id, tree):
            yield Contradiction("ranking", round_.key, str(result.version), said.i + 1 if said else None)


def _sheets(contest: ContestInfo) -> Iterator[Contradiction]:
    """Each list of prizes that was published is the one that was published."""
    query = select(AwardSheet.version, AwardSheet.content).where(AwardSheet.contest_id == contest.id)
    kept = {row.version: row.content for row in db.session.execute(query)}
    for entry in reversed(audit.list_latest(contest.id, acts=("publish_awards",))):
        version, _, digest = entry.reason.partition(": ")
        content = kept.get(int(version))
        if content is None or snapshot.content_hash(content) != digest:
            yield Contradiction("sheet", entry.round_key, version, entry.i + 1)
