"""The exam engine's knowledge: deadlines, revisions, grading, receipts. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from quizapp.attempts.paper import PaperLine
from quizapp.contests.rules import GRACE, SnapshotQuestion
from quizapp.contests.spec import Metric

MAX_REV = 2**53 - 1
# So many new papers one person may begin in so short a time: nobody reads and answers faster, and who only opens papers
# in order to collect questions gets no more of them.
MOST_STARTS, STARTS_WITHIN = 60, timedelta(minutes=10)
_PERCENT_UNIT = 100_000


def deadline_of(started_at: datetime, limit_seconds: int | None, closes_at: datetime) -> datetime:
    """min(start + limit, close of the round), fixed at the start."""
    if limit_seconds is None:
        return closes_at
    return min(started_at + timedelta(seconds=limit_seconds), closes_at)


def is_open(deadline: datetime, submitted_at: datetime | None, now: datetime) -> bool:
    """True while answers and the submission are accepted."""
    return submitted_at is None and now <= deadline + GRACE


def finish_time(deadline: datetime, now: datetime) -> datetime:
    """The moment that counts as the submission: never later than the deadline."""
    return min(now, deadline)


def remaining_ms(deadline: datetime, now: datetime) -> int:
    """Milliseconds until the deadline, never negative."""
    return max(0, duration_ms(now, deadline))


def duration_ms(started_at: datetime, finished_at: datetime) -> int:
    """Whole milliseconds from start to finish, exact."""
    span = finished_at - started_at
    return (span.days * 86_400 + span.seconds) * 1000 + span.microseconds // 1000


def day_bounds(day: date, zone_offset: timedelta = timedelta(hours=7)) -> tuple[datetime, datetime]:
    """[start, end) of a Vietnamese calendar day in UTC; Vietnam has had no summer time since 1975."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - zone_offset
    return start, start + timedelta(days=1)


# --- saving -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One question's choice as a browser sent it; `rev` grows with every change in that browser."""

    question: str
    options: tuple[str, ...]
    rev: int


def is_newer(stored: Choice | None, arriving: Choice) -> bool:
    """True when `arriving` replaces what is stored: the higher revision wins, whatever came first."""
    return stored is None or arriving.rev > stored.rev


def is_stale(stored: Choice | None, arriving: Choice) -> bool:
    """True when `arriving` lost: an older revision, or the same revision with another choice.

    The order in which options were ticked is no part of a choice.
    """
    if stored is None or arriving.rev > stored.rev:
        return False
    return arriving.rev < stored.rev or frozenset(arriving.options) != frozenset(stored.options)


def merge(stored: Mapping[str, Choice], arriving: Iterable[Choice]) -> dict[str, Choice]:
    """The choices after a batch, whatever its order: per question the highest revision."""
    merged = dict(stored)
    for choice in arriving:
        if is_newer(merged.get(choice.question), choice):
            merged[choice.question] = choice
    return merged


def choice_problem(choice: Choice, shown: Mapping[str, Collection[str]], multiple: frozenset[str]) -> str | None:
    """The code of what is wrong with a choice for this paper (`shown`: question -> option keys), or None.

    No option at all means that the choice was taken back.
    """
    if choice.question not in shown:
        return "question_not_in_paper"
    if not 1 <= choice.rev <= MAX_REV:
        return "rev_invalid"
    if any(option not in shown[choice.question] for option in choice.options):
        return "option_unknown"
    if len(set(choice.options)) != len(choice.options):
        return "option_twice"
    if len(choice.options) > 1 and choice.question not in multiple:
        return "one_option_only"
    return None


# --- predictions --------------------------------------------------------------------------------------------------


def parse_prediction(metric: Metric, typed: str) -> int | None:
    """A guess as an integer: a count as it is, a percentage in units of 0.00001; None when it is neither.

    Blanks and dots that group thousands are understood, and a decimal comma as well as a point in percentages.
    """
    text = typed.strip().replace("\u00a0", "").replace(" ", "")
    if metric != "percent_all_correct":
        digits = text.replace(".", "") if _grouped(text) else text
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
    whole, _, part = text.rstrip("%").replace(",", ".").partition(".")
    if not (whole + part).isascii() or not whole.isdigit() or (part and not part.isdigit()) or len(part) > 5:
        return None
    value = int(whole) * _PERCENT_UNIT + int(part.ljust(5, "0") or 0)
    return value if len(whole) <= 3 and value <= 100 * _PERCENT_UNIT else None


def _grouped(text: str) -> bool:
    """True for 3.200 or 1.234.567."""
    head, *groups = text.split(".")
    return bool(groups) and 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups)


def show_prediction(metric: Metric, value: int) -> str:
    """A stored guess as people write it: 3200, or 87,65432."""
    if metric != "percent_all_correct":
        return str(value)
    whole, part = divmod(value, _PERCENT_UNIT)
    return f"{whole},{part:05d}".rstrip("0").rstrip(",")


# --- grading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marking:
    """What earns the points of one question: any of the `right` sets, chosen exactly; a void question has its own way.

    void: all = everybody whose paper has it earns them · answered = everybody who chose something · drop = nobody, and
    the question is not needed for all-correct.
    """

    right: frozenset[frozenset[str]]
    void: Literal["all", "answered", "drop"] | None = None

    def earns(self, chosen: Iterable[str]) -> bool:
        """True when these options (none = not answered) earn the question's points."""
        options = frozenset(chosen)
        if self.void is not None:
            return self.void == "all" or (self.void == "answered" and bool(options))
        return options in self.right

    @property
    def right_options(self) -> frozenset[str]:
        """Every option that stands in a right set."""
        return frozenset().union(*self.right)

    @property
    def counts(self) -> bool:
        """False for a question that was dropped."""
        return self.void != "drop"


RulingKind = Literal["rekey", "accept", "void_all", "void_answered", "drop", "restore"]
# The kinds that name a right set.
NAMES_ANSWER = frozenset({"rekey", "accept"})
_VOIDS: Mapping[str, Literal["all", "answered", "drop"]] = {
    "void_all": "all",
    "void_answered": "answered",
    "drop": "drop",
}


def key_marking(question: SnapshotQuestion) -> Marking:
    """The marking by the key with which the contest was launched."""
    return Marking(frozenset({question.answer}))


def rule_on(
    marking: Marking, kind: RulingKind, answers: Iterable[frozenset[str]], question: SnapshotQuestion
) -> Marking:
    """The marking after one more ruling; `answers` are the right sets that it names.

    What was ruled last holds; only accept adds to what held before.
    """
    if kind == "restore":
        return key_marking(question)
    if kind == "rekey":
        return Marking(frozenset(answers))
    if kind == "accept":
        return Marking(marking.right | frozenset(answers), marking.void)
    return Marking(marking.right, _VOIDS[kind])


@dataclass(frozen=True)
class Grade:
    """The worth of a paper: points per question (in the paper's order), their sum, and whether all are right."""

    points: tuple[tuple[str, int], ...]
    score: int
    is_perfect: bool


def grade(
    paper: Sequence[PaperLine],
    answers: Mapping[str, Sequence[str]],
    markings: Mapping[str, Marking],
    points_each: int,
) -> Grade:
    """Full points for a question when its marking says so, else none.

    All-correct means full points for every question that counts; a paper of which nothing counts is not.
    """
    points = tuple((ref, points_each if markings[ref].earns(answers.get(ref, ())) else 0) for ref, _ in paper)
    score = sum(value for _, value in points)
    return Grade(points, score, is_full(score, sum(markings[ref].counts for ref, _ in paper), points_each))


def is_full(score: int, counting: int, points_each: int) -> bool:
    """True when a paper with `counting` questions that count has everything right: every question is worth the same."""
    return counting > 0 and score == counting * points_each


# --- receipts -----------------------------------------------------------------------------------------------------


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks, for hashing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def paper_hash(paper: Sequence[PaperLine]) -> str:
    """SHA-256 of the paper: questions and options in the order shown."""
    return hashlib.sha256(canonical([[ref, list(options)] for ref, options in paper]).encode()).hexdigest()


def answers_hash(salt: str, answers: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 of salt and answers; without the salt (known to the participant alone) it tells nothing."""
    return hashlib.sha256((salt + canonical({ref: sorted(keys) for ref, keys in answers.items()})).encode()).hexdigest()
