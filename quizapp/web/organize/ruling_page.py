"""What the pages of rulings show: questions in figures, and what a ruling would change or has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from quizapp.areas import queries as areas
from quizapp.attempts import regrading, rulings
from quizapp.attempts.rules import Marking
from quizapp.attempts.rulings import RegradeInfo
from quizapp.awards.regrade_preview import people_named
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import SnapshotQuestion
from quizapp.messages.rulings import KINDS, VERDICTS, VOIDS
from quizapp.results.question_figures import question_figures
from quizapp.results.statistics import ItemFigures, Verdict, doubtful
from quizapp.web.area_names import name_of
from quizapp.web.filters import decimal, number, percent
from quizapp.web.ranking_words import guess_text
from quizapp.web.reports.questions import answer_text


@dataclass(frozen=True)
class QuestionLine:
    """A question of the round. `options`: (key, text, times chosen, share of those who answered, right now)."""

    number: int
    question: SnapshotQuestion
    marking: Marking
    figures: ItemFigures
    options: tuple[tuple[str, str, str, str, bool], ...]

    @property
    def ref(self) -> str:
        """`bank/id`."""
        return self.question.ref

    @property
    def is_doubtful(self) -> bool:
        """True when the strong chose something else than the key says."""
        return self.figures.verdict is Verdict.KEY_DOUBTFUL

    @property
    def verdict(self) -> str:
        """What the discrimination index says, in words."""
        return str(VERDICTS[self.figures.verdict])

    @property
    def facility(self) -> str:
        """0,62"""
        return decimal(self.figures.facility)

    @property
    def discrimination(self) -> str:
        """45,2"""
        value = self.figures.discrimination
        return decimal(None if value is None else Fraction(value), 1)

    @property
    def key(self) -> str:
        """How it is marked now: "A", "A / B", or what a void question gives."""
        return str(VOIDS[self.marking.void]) if self.marking.void else answer_text(self.marking)

    @property
    def favourite(self) -> str | None:
        """What the strong chose instead."""
        return ", ".join(sorted(self.figures.favourite)) if self.figures.favourite else None


def question_lines(contest: ContestInfo, round_: RoundInfo) -> list[QuestionLine]:
    """All questions of the round in the order of its blueprint."""
    snapshot = regrading.snapshot_of(contest, round_)
    markings = rulings.markings(round_.id, snapshot)
    figures = question_figures(contest, round_)
    return [
        _line(place, snapshot.questions[ref], markings[ref], each)
        for place, (ref, each) in enumerate(figures.items(), 1)
    ]


def doubtful_lines(lines: Sequence[QuestionLine]) -> list[QuestionLine]:
    """Those whose key should be looked at, the most doubtful first."""
    by_ref = {line.ref: line for line in lines}
    return [by_ref[ref] for ref in doubtful({line.ref: line.figures for line in lines})]


def _line(place: int, question: SnapshotQuestion, marking: Marking, figures: ItemFigures) -> QuestionLine:
    right = marking.right_options if marking.void is None else frozenset()
    options = []
    for key, text in question.options:
        times = figures.chosen.get(key, 0)
        share = Fraction(times, figures.answered) if figures.answered else None
        options.append((key, text, number(times), percent(share, 1), key in right))
    return QuestionLine(place, question, marking, figures, tuple(options))


def kind_text(regrade: RegradeInfo) -> str:
    """What is ruled: "Chấp nhận thêm một đáp án: B"."""
    named = " / ".join(", ".join(sorted(options)) for options in regrade.answers)
    kind = str(KINDS[regrade.kind])
    return f"{kind}: {named}" if named else kind


@dataclass(frozen=True)
class Changes:
    """What a ruling changes, ready to be shown: tables as lists of values.

    `attempts`: final attempts with the question, scores up and down, all-correct gained and lost · `ranks`: people
    whose rank changes, who come in, who fall out.
    """

    attempts: Mapping[str, int]
    ranks: Mapping[str, int]
    actuals: tuple[tuple[str, str, str], ...]
    moves: tuple[tuple[str, str, str, str], ...]
    prizes: tuple[tuple[str, str, str, str], ...]
    areas: tuple[tuple[str, ...], ...]

    @property
    def is_nothing(self) -> bool:
        """True when no score and no rank would be another."""
        return not any(self.attempts[name] for name in ("up", "down", "perfect_gained", "perfect_lost"))


def changes(contest: ContestInfo, regrade: RegradeInfo) -> Changes:
    """The summary of a ruling with names in it."""
    found = regrade.summary
    moved, prizes = found["ranks"]["largest"], found["prizes"]
    people = people_named({each["participant"] for each in [*moved, *prizes]})
    tree = areas.get_tree_by_id(contest.tree_id)
    homes = {None: gettext("Không thuộc đơn vị nào ở cấp này")} | {node.id: node.name for node in tree.nodes}

    def person(each: Mapping[str, Any]) -> tuple[str, str]:
        name, area_id = people[each["participant"]]
        return name, name_of(tree, area_id)

    return Changes(
        attempts=found["attempts"],
        ranks={name: found["ranks"][name] for name in ("changed", "entered", "left")},
        actuals=tuple(_actual(contest, each) for each in found["actuals"]),
        moves=tuple((*person(each), number(each["before"]), number(each["after"])) for each in moved),
        prizes=tuple(
            (*person(each), _prizes(contest, each["before"]), _prizes(contest, each["after"])) for each in prizes
        ),
        areas=tuple(
            (
                homes[each["area"]],
                number(each["scores"]),
                number(each["perfect_before"]),
                number(each["perfect_after"]),
                number(each["prizes_lost"]),
                number(each["prizes_won"]),
            )
            for each in found["areas"]
        ),
    )


def _actual(contest: ContestInfo, each: Mapping[str, Any]) -> tuple[str, str, str]:
    round_ = contest.round(each["round"])
    prediction = round_.spec.prediction
    assert prediction is not None  # noqa: S101 - only rounds with a guess are counted anew
    return round_.label, guess_text(prediction, each["before"]), guess_text(prediction, each["after"])


def _prizes(contest: ContestInfo, names: Sequence[str]) -> str:
    """["tuan-1: Nhất"] as "Nhất (Tuần 1)"."""
    pairs = [name.split(": ", 1) for name in names]
    return ", ".join(f"{prize} ({contest.round(key).label})" for key, prize in pairs) or gettext("không có")
