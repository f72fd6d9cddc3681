"""What an editor should look at in banks that are correct as files."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from quizapp.banks.rules.bank import Bank, Question
from quizapp.banks.rules.pinning import is_pinned, letter_references
from quizapp.banks.rules.similarity import similar_pairs, words

# A right option this much longer than the longest wrong one gives itself away.
LONG_RATIO, LONG_BY = 1.35, 8
# Statistics of a whole bank say nothing below this many questions.
ENOUGH_QUESTIONS = 20
LONGEST_SHARE = 0.4
LETTER_SHARES = (0.15, 0.35)
LONGEST_RUN = 4
# Shares of common wording (see `similarity`) that are worth a second look: alone, and where the answers agree too.
SIMILAR_WORDING, SIMILAR_SAME_ANSWER = 0.7, 0.4
SAME_ANSWER_SHARE = 0.6
# Chi-square, 1 % level, by degrees of freedom.
_CHI_SQUARE_LIMIT = {1: 6.63, 2: 9.21, 3: 11.34, 4: 13.28, 5: 15.09, 6: 16.81, 7: 18.48}


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `questions` are references "bank/id", `params` the facts for the sentence of `code`."""

    code: str
    bank: str
    questions: tuple[str, ...] = ()
    params: dict[str, object] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "warning"


def lint(banks: Sequence[Bank]) -> list[Finding]:
    """Everything worth a look, bank by bank, then what concerns several questions or banks; errors are certain."""
    found: list[Finding] = []
    for bank in banks:
        for question in bank.questions:
            found += _look_at_question(bank, question)
        found += _look_at_lengths(bank)
        found += _look_for_runs(bank)
        found += _look_at_spread(bank)
    found += _look_for_shared_names(banks)
    found += _look_for_similar(banks)
    return found


def _look_at_question(bank: Bank, question: Question) -> Iterator[Finding]:
    here = (f"{bank.slug}/{question.id}",)
    if question.explanation is None:
        yield Finding("missing_explanation", bank.slug, here)
    if question.source is None:
        yield Finding("missing_source", bank.slug, here)
    keys = {option.key for option in question.options}
    for option in question.options:
        if wrong := set(letter_references(option.text)) - (keys - {option.key}):
            yield Finding("foreign_letter", bank.slug, here, {"option": option.key, "letters": sorted(wrong)}, "error")
    for first, second in _alike_options(question):
        yield Finding("alike_options", bank.slug, here, {"first": first, "second": second})
    pinned = [is_pinned(option.text) for option in question.options]
    if any(pinned[:-1]) and pinned != sorted(pinned):
        option = question.options[pinned.index(True)]
        yield Finding("pinned_not_last", bank.slug, here, {"option": option.key, "text": option.text})
    if (lengths := _lengths(question)) and lengths[0] >= max(lengths[1] * LONG_RATIO, lengths[1] + LONG_BY):
        yield Finding("long_answer", bank.slug, here, {"right": lengths[0], "wrong": lengths[1]})


def _alike_options(question: Question) -> Iterator[tuple[str, str]]:
    """Keys of options that differ only in marks, case or punctuation."""
    seen: dict[tuple[str, ...], str] = {}
    for option in question.options:
        first = seen.setdefault(words(option.text), option.key)
        if first != option.key:
            yield first, option.key


def _lengths(question: Question) -> tuple[int, int] | None:
    """(length of the right option, of the longest wrong one) where there is one right option that stands alone."""
    if len(question.answer) != 1:
        return None
    right = [option.text for option in question.options if option.key in question.answer]
    wrong = [option.text for option in question.options if option.key not in question.answer]
    if any(map(is_pinned, right)) or not wrong:
        return None
    return len(right[0]), max(map(len, wrong))


def _look_at_lengths(bank: Bank) -> Iterator[Finding]:
    """Whoever always ticks the longest option must not do well."""
    lengths = [found for question in bank.questions if (found := _lengths(question))]
    longest = sum(right > wrong for right, wrong in lengths)
    if len(lengths) >= ENOUGH_QUESTIONS and longest > LONGEST_SHARE * len(lengths):
        yield Finding("often_longest", bank.slug, params={"longest": longest, "questions": len(lengths)})


def _look_for_runs(bank: Bank) -> Iterator[Finding]:
    """Nor whoever ticks the same letter again and again."""
    for answer, group in groupby(bank.questions, key=lambda question: question.answer):
        ids = tuple(f"{bank.slug}/{question.id}" for question in group)
        if len(answer) == 1 and len(ids) > LONGEST_RUN:
            yield Finding("letter_run", bank.slug, ids, {"letter": "".join(answer), "length": len(ids)})


def _look_at_spread(bank: Bank) -> Iterator[Finding]:
    """The right letters should be spread as if drawn evenly from each question's options."""
    single = [question for question in bank.questions if len(question.answer) == 1]
    if len(single) < ENOUGH_QUESTIONS:
        return
    counts = Counter(letter for question in single for letter in question.answer)
    expected: dict[str, float] = defaultdict(float)
    for question in single:
        for option in question.options:
            expected[option.key] += 1 / len(question.options)
    chi_square = sum((counts[letter] - mean) ** 2 / mean for letter, mean in expected.items())
    if chi_square > _CHI_SQUARE_LIMIT[len(expected) - 1] or _has_odd_shares(single):
        shown = ", ".join(f"{letter} {counts[letter]}" for letter in sorted(expected))
        yield Finding("uneven_letters", bank.slug, params={"counts": shown, "chi_square": round(chi_square, 1)})


def _has_odd_shares(questions: Iterable[Question]) -> bool:
    """Whether a letter is right too seldom or too often among the questions with four options."""
    of_four = [question for question in questions if len(question.options) == len("ABCD")]
    counts = Counter(letter for question in of_four for letter in question.answer)
    low, high = LETTER_SHARES
    enough = len(of_four) >= ENOUGH_QUESTIONS
    return enough and any(not low <= counts[letter] / len(of_four) <= high for letter in "ABCD")


def _look_for_shared_names(banks: Sequence[Bank]) -> Iterator[Finding]:
    for slug, count in Counter(bank.slug for bank in banks).items():
        if count > 1:
            yield Finding("equal_slugs", slug, params={"count": count}, severity="error")
    homes: dict[str, list[str]] = defaultdict(list)
    for bank in banks:
        for question in bank.questions:
            homes[question.id].append(bank.slug)
    for question_id, slugs in homes.items():
        if len(slugs) > 1:
            yield Finding("shared_id", slugs[0], tuple(f"{slug}/{question_id}" for slug in slugs), {"id": question_id})


def _look_for_similar(banks: Sequence[Bank]) -> Iterator[Finding]:
    """Questions that ask the same or nearly the same, within a bank and between banks."""
    everything = [(bank.slug, question) for bank in banks for question in bank.questions]
    for i, j, similarity in similar_pairs([question.text for _, question in everything], SIMILAR_SAME_ANSWER):
        (bank, first), (other_bank, second) = everything[i], everything[j]
        here = (f"{bank}/{first.id}", f"{other_bank}/{second.id}")
        if first.image and second.image and first.image.digest != second.image.digest:
            continue  # the same words about another picture ask something else
        if words(first.text) == words(second.text) and _option_words(first) == _option_words(second):
            yield Finding("equal_questions", bank, here, severity="error")
        elif _have_same_answer(first, second) or (
            similarity >= SIMILAR_WORDING and not _have_different_numbers(first.text, second.text)
        ):
            yield Finding("similar_questions", bank, here, {"percent": round(100 * similarity)})


def _option_words(question: Question) -> set[tuple[str, ...]]:
    return {words(option.text) for option in question.options}


def _have_same_answer(first: Question, second: Question) -> bool:
    """Whether most words of the shorter right answer stand in the other one, and their numbers agree."""
    one, other = _right_text(first), _right_text(second)
    common = len(set(words(one)) & set(words(other)))
    shorter = min(len(set(words(one))), len(set(words(other))))
    return common >= SAME_ANSWER_SHARE * max(1, shorter) and not _have_different_numbers(one, other)


def _right_text(question: Question) -> str:
    return " ".join(option.text for option in question.options if option.key in question.answer)


def _have_different_numbers(first: str, second: str) -> bool:
    """Whether each has a number that the other lacks: two years or two directives in one pattern of words."""
    one, other = (set(re.findall(r"\d+", text)) for text in (first, second))
    return not (one <= other or other <= one)
