"""Deadlines, revisions, predictions, grading and hashes. No database."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.attempts import rules
from quizapp.attempts.rules import Choice
from quizapp.contests.rules import SnapshotQuestion

NINE = datetime(2022, 4, 18, 2, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


# --- time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "closes_after", "expected_after"),
    [(600, 3600, 600), (600, 300, 300), (600, 600, 600), (None, 3600, 3600), (86_400, 1, 1)],
)
def test_the_deadline_is_the_limit_or_the_close_whichever_is_first(
    limit: int | None, closes_after: int, expected_after: int
) -> None:
    deadline = rules.deadline_of(NINE, limit, NINE + timedelta(seconds=closes_after))
    assert deadline == NINE + timedelta(seconds=expected_after)


def test_answers_are_taken_until_the_end_of_the_grace_and_count_as_the_deadline() -> None:
    assert rules.is_open(NINE, None, NINE - MS)
    assert rules.is_open(NINE, None, NINE + rules.GRACE)
    assert not rules.is_open(NINE, None, NINE + rules.GRACE + MS)
    assert timedelta(0) < rules.GRACE <= timedelta(seconds=10)
    assert rules.finish_time(NINE, NINE + rules.GRACE) == NINE
    assert rules.finish_time(NINE, NINE - MS) == NINE - MS


def test_nothing_is_taken_after_the_submission() -> None:
    assert not rules.is_open(NINE, NINE - timedelta(minutes=5), NINE - timedelta(minutes=4))


@pytest.mark.parametrize(
    ("early_us", "left"), [(1_500_000, 1500), (1_999, 1), (999, 0), (0, 0), (-1, 0), (-(10**9), 0)]
)
def test_the_time_left_is_never_negative(early_us: int, left: int) -> None:
    assert rules.remaining_ms(NINE, NINE - timedelta(microseconds=early_us)) == left


@given(MOMENTS, st.integers(0, 10**12), st.integers(0, 999))
def test_durations_are_exact(start: datetime, milliseconds: int, more_us: int) -> None:
    end = start + timedelta(milliseconds=milliseconds, microseconds=more_us)
    assert rules.duration_ms(start, end) == milliseconds


@given(st.dates(date(1976, 1, 1), date(2100, 1, 1)))
def test_a_day_runs_from_midnight_to_midnight_in_vietnam(day: date) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    start, end = rules.day_bounds(day)
    assert start == datetime(day.year, day.month, day.day, tzinfo=zone)
    assert start.astimezone(zone).date() == day == (end - MS).astimezone(zone).date()
    assert end.astimezone(zone).date() == day + timedelta(days=1)


# --- saving -------------------------------------------------------------------------------------------------------

KEYS = ("A", "B", "C", "D")
SHOWN = {"b/1": KEYS, "b/2": KEYS, "b/3": ("A", "B")}


@st.composite
def histories(draw: st.DrawFn) -> list[Choice]:
    """What one browser did: per question rising revisions, each with one choice."""
    choices = []
    for question in draw(st.lists(st.sampled_from(["b/1", "b/2", "b/3"]), unique=True)):
        for rev in draw(st.lists(st.integers(1, 50), unique=True, max_size=6)):
            options = tuple(draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=2)))
            choices.append(Choice(question, options, rev))
    return choices


@given(histories(), st.data())
def test_late_repeated_and_mixed_up_saves_end_in_the_same_paper(history: list[Choice], data: st.DataObject) -> None:
    expected: dict[str, Choice] = {}
    for choice in sorted(history, key=lambda one: one.rev):
        expected[choice.question] = choice
    repeated = data.draw(st.lists(st.sampled_from(history), max_size=8)) if history else []
    arriving = data.draw(st.permutations(history + repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arriving)), max_size=4)))
    stored: dict[str, Choice] = {}
    for start, end in zip([0, *cuts], [*cuts, len(arriving)], strict=True):
        stored = rules.merge(stored, arriving[start:end])
    assert stored == expected
    assert rules.merge(stored, arriving) == expected


@given(histories(), histories())
def test_a_merge_leaves_what_was_stored_alone(history: list[Choice], later: list[Choice]) -> None:
    stored = rules.merge({}, history)
    before = dict(stored)
    rules.merge(stored, later)
    assert stored == before


@given(histories(), st.data())
def test_after_a_merge_everything_is_either_stored_or_stale(history: list[Choice], data: st.DataObject) -> None:
    merged = rules.merge({}, data.draw(st.permutations(history)))
    for choice in history:
        assert rules.is_stale(merged[choice.question], choice) == (merged[choice.question] != choice)


def test_the_higher_revision_wins_and_the_lower_is_stale() -> None:
    old, new = Choice("b/1", ("A",), 3), Choice("b/1", ("B",), 4)
    assert rules.is_newer(None, old)
    assert rules.is_newer(old, new)
    assert not rules.is_newer(new, old)
    assert rules.is_stale(new, old)
    assert not rules.is_stale(old, new)
    assert not rules.is_stale(None, old)


def test_an_equal_revision_with_another_choice_is_stale_and_changes_nothing() -> None:
    stored, other = Choice("b/1", ("A",), 3), Choice("b/1", ("B",), 3)
    assert rules.merge({"b/1": stored}, [other]) == {"b/1": stored}
    assert rules.is_stale(stored, other)
    assert not rules.is_stale(stored, stored)


def test_the_same_options_ticked_in_another_order_are_the_same_choice() -> None:
    assert not rules.is_stale(Choice("b/1", ("A", "C"), 3), Choice("b/1", ("C", "A"), 3))
    assert rules.is_stale(Choice("b/1", ("A", "C"), 3), Choice("b/1", ("A",), 3))


def test_taking_a_choice_back_is_a_choice_too() -> None:
    merged = rules.merge({"b/1": Choice("b/1", ("A",), 3)}, [Choice("b/1", (), 4)])
    assert merged["b/1"].options == ()


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        (Choice("b/1", ("A",), 1), None),
        (Choice("b/1", (), rules.MAX_REV), None),
        (Choice("b/2", ("A", "C"), 1), None),
        (Choice("b/9", ("A",), 1), "question_not_in_paper"),
        (Choice("b/1", ("A",), 0), "rev_invalid"),
        (Choice("b/1", ("A",), rules.MAX_REV + 1), "rev_invalid"),
        (Choice("b/3", ("C",), 1), "option_unknown"),
        (Choice("b/1", ("a",), 1), "option_unknown"),
        (Choice("b/1", ("",), 1), "option_unknown"),
        (Choice("b/2", ("A", "A"), 1), "option_twice"),
        (Choice("b/1", ("A", "C"), 1), "one_option_only"),
    ],
)
def test_a_choice_must_fit_the_paper(choice: Choice, problem: str | None) -> None:
    assert rules.choice_problem(choice, SHOWN, frozenset({"b/2"})) == problem


# --- predictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3200", 3200),
        ("3.200", 3200),
        (" 3 200 ", 3200),
        ("1.234.567", 1_234_567),
        ("3\u00a0200", 3200),
        ("0", 0),
        ("007", 7),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("3,5", None),
        ("3.20", None),
        ("1234.567", None),
        ("1.2345", None),
        (".200", None),
        ("-1", None),
        ("+1", None),
        ("1_0", None),
        ("1e3", None),
        ("٣", None),
        ("²", None),
        ("", None),
        (".", None),
        ("nhiều", None),
    ],
)
def test_counts_are_read_as_people_write_them(typed: str, value: int | None) -> None:
    assert rules.parse_prediction("people_all_correct", typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("87,65432", 8_765_432),
        ("87.65432", 8_765_432),
        ("87,65432 %", 8_765_432),
        ("87,5%", 8_750_000),
        ("87", 8_700_000),
        ("87,", 8_700_000),
        ("0", 0),
        ("0,00001", 1),
        ("100", 10_000_000),
        ("100,00000", 10_000_000),
        ("100,00001", None),
        ("87,654321", None),
        ("0100", None),
        (",5", None),
        ("8,7,6", None),
        ("-1", None),
        ("٨٧", None),
        ("8²", None),
        ("%", None),
        ("", None),
    ],
)
def test_percentages_are_read_as_people_write_them(typed: str, value: int | None) -> None:
    assert rules.parse_prediction("percent_all_correct", typed) == value


@pytest.mark.parametrize(
    ("value", "shown"), [(8_765_432, "87,65432"), (8_750_000, "87,5"), (0, "0"), (10_000_000, "100"), (1, "0,00001")]
)
def test_percentages_are_shown_without_needless_zeros(value: int, shown: str) -> None:
    assert rules.show_prediction("percent_all_correct", value) == shown


@given(st.integers(0, 10_000_000))
def test_a_shown_percentage_is_read_as_the_same(value: int) -> None:
    shown = rules.show_prediction("percent_all_correct", value)
    assert rules.parse_prediction("percent_all_correct", shown) == value


@given(
    st.integers(0, 999_999_999), st.sampled_from(["people_all_correct", "attempts_all_correct", "people", "attempts"])
)
def test_a_shown_count_is_read_as_the_same(value: int, metric: str) -> None:
    assert rules.parse_prediction(metric, rules.show_prediction(metric, value)) == value  # type: ignore[arg-type]
    grouped = f"{value:,}".replace(",", ".")
    assert rules.parse_prediction(metric, grouped) == value  # type: ignore[arg-type]


@given(st.text(max_size=12), st.sampled_from(["people", "percent_all_correct"]))
def test_whatever_is_typed_is_a_guess_in_range_or_none(typed: str, metric: str) -> None:
    value = rules.parse_prediction(metric, typed)  # type: ignore[arg-type]
    assert value is None or 0 <= value <= (999_999_999 if metric == "people" else 10_000_000)


# --- grading ------------------------------------------------------------------------------------------------------


def question(ref: str, answer: str) -> SnapshotQuestion:
    """A question with the options A to D."""
    options = tuple((key, f"Phương án {key}") for key in KEYS)
    return SnapshotQuestion(ref, "Câu?", options, frozenset(answer), frozenset(), False, "", "", "", "", "")


QUESTIONS = {"b/1": question("b/1", "A"), "b/2": question("b/2", "AC"), "b/3": question("b/3", "D")}
KEY = {ref: rules.key_marking(each) for ref, each in QUESTIONS.items()}
PAPER = (("b/2", KEYS), ("b/1", ("D", "C", "B", "A")), ("b/3", KEYS))


@pytest.mark.parametrize(
    ("answers", "points", "score", "is_perfect"),
    [
        ({"b/1": ["A"], "b/2": ["C", "A"], "b/3": ["D"]}, [10, 10, 10], 30, True),
        ({"b/1": ["A"], "b/2": ["A"], "b/3": ["D"]}, [0, 10, 10], 20, False),
        ({"b/1": ["A"], "b/2": ["A", "B", "C"], "b/3": ["D"]}, [0, 10, 10], 20, False),
        ({"b/1": ["B"], "b/3": []}, [0, 0, 0], 0, False),
        ({}, [0, 0, 0], 0, False),
        ({"b/9": ["A"], "b/1": ["A"]}, [0, 10, 0], 10, False),
    ],
)
def test_all_right_options_and_only_these_give_points(
    answers: dict[str, list[str]], points: list[int], score: int, is_perfect: bool
) -> None:
    grade = rules.grade(PAPER, answers, KEY, 10)
    assert [ref for ref, _ in grade.points] == ["b/2", "b/1", "b/3"]
    assert [value for _, value in grade.points] == points
    assert (grade.score, grade.is_perfect) == (score, is_perfect)


@given(
    st.dictionaries(st.sampled_from(["b/1", "b/2", "b/3"]), st.lists(st.sampled_from(KEYS), unique=True)),
    st.permutations(PAPER),
    st.integers(1, 1000),
)
def test_the_order_of_questions_and_ticks_changes_no_score(
    answers: dict[str, list[str]], paper: list[tuple[str, tuple[str, ...]]], points: int
) -> None:
    grade = rules.grade(paper, answers, KEY, points)
    turned = {ref: list(reversed(options)) for ref, options in answers.items()}
    assert rules.grade(PAPER, turned, KEY, points).score == grade.score
    right = sum(set(answers.get(ref, [])) == QUESTIONS[ref].answer for ref in QUESTIONS)
    assert (grade.score, grade.is_perfect) == (right * points, right == 3)


# --- hashes -------------------------------------------------------------------------------------------------------


def test_the_canonical_form_is_one_line_of_plain_json() -> None:
    assert rules.canonical({"b": [1, "Đ"], "a": None}) == '{"a":null,"b":[1,"Đ"]}'


def test_the_hash_of_a_paper_is_that_of_its_json() -> None:
    text = '[["b/2",["A","B","C","D"]],["b/1",["D","C","B","A"]],["b/3",["A","B","C","D"]]]'
    assert json.loads(text) == [[ref, list(keys)] for ref, keys in PAPER]
    assert rules.paper_hash(PAPER) == hashlib.sha256(text.encode()).hexdigest()


def variants() -> Iterator[tuple[tuple[str, tuple[str, ...]], ...]]:
    """Papers that differ from PAPER in one thing."""
    yield PAPER[::-1]
    yield PAPER[:2]
    yield (*PAPER[:2], ("b/3", ("B", "A", "C", "D")))


def test_another_order_of_questions_or_options_is_another_paper() -> None:
    assert len({rules.paper_hash(paper) for paper in (PAPER, *variants())}) == 4


@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.sampled_from(KEYS), unique=True), max_size=4),
    st.dictionaries(st.text(max_size=5), st.lists(st.sampled_from(KEYS), unique=True), max_size=4),
    st.text(alphabet="0123456789ABCDEF", min_size=8, max_size=8),
    st.text(alphabet="0123456789ABCDEF", min_size=8, max_size=8),
)
def test_the_hash_of_answers_stands_for_salt_and_choices_alone(
    left: dict[str, list[str]], right: dict[str, list[str]], salt: str, other_salt: str
) -> None:
    turned = {ref: options[::-1] for ref, options in reversed(left.items())}
    assert rules.answers_hash(salt, turned) == rules.answers_hash(salt, left)
    same = {ref: set(options) for ref, options in left.items()} == {ref: set(keys) for ref, keys in right.items()}
    assert (rules.answers_hash(salt, left) == rules.answers_hash(salt, right)) == same
    assume(salt != other_salt)
    assert rules.answers_hash(salt, left) != rules.answers_hash(other_salt, left)
