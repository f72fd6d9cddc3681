"""How questions are marked after rulings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.attempts import rules
from quizapp.attempts.rules import Marking
from quizapp.contests.rules import SnapshotQuestion

KEYS = ("A", "B", "C", "D")
POINTS = 10


def question(ref: str, answer: str) -> SnapshotQuestion:
    """A question with the options A to D."""
    options = tuple((key, f"Phương án {key}") for key in KEYS)
    return SnapshotQuestion(ref, "Câu?", options, frozenset(answer), frozenset(), False, "", "", "", "", "")


QUESTIONS = {"b/1": question("b/1", "A"), "b/2": question("b/2", "AC"), "b/3": question("b/3", "D")}
KEY = {ref: rules.key_marking(each) for ref, each in QUESTIONS.items()}
PAPER = tuple((ref, KEYS) for ref in QUESTIONS)
ALL_RIGHT = {"b/1": ["A"], "b/2": ["A", "C"], "b/3": ["D"]}

option_sets = st.frozensets(st.sampled_from(KEYS), min_size=1)
answer_sheets = st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.lists(st.sampled_from(KEYS), unique=True))
rulings = st.one_of(
    st.tuples(st.sampled_from(["rekey", "accept"]), option_sets),
    st.tuples(st.sampled_from(["void_all", "void_answered", "drop", "restore"]), st.none()),
)
histories = st.lists(st.tuples(st.sampled_from(sorted(QUESTIONS)), rulings), max_size=5)


def ruled(markings, ref, kind, options=None):
    """The markings after one more ruling."""
    answers = [options] if options else []
    return {**markings, ref: rules.rule_on(markings[ref], kind, answers, QUESTIONS[ref])}


def after(history):
    """The markings after several rulings."""
    markings = KEY
    for ref, (kind, options) in history:
        markings = ruled(markings, ref, kind, options)
    return markings


def graded(answers, markings):
    return rules.grade(PAPER, answers, markings, POINTS)


@pytest.mark.parametrize(
    ("kind", "options", "chosen", "earned"),
    [
        ("rekey", "B", {"A": 0, "B": 10, "": 0, "AB": 0}, 10),
        ("accept", "B", {"A": 10, "B": 10, "": 0, "C": 0}, 10),
        ("void_all", None, {"A": 10, "C": 10, "": 10}, 10),
        ("void_answered", None, {"A": 10, "C": 10, "": 0}, 10),
        ("drop", None, {"A": 0, "C": 0, "": 0}, 0),
    ],
)
def test_what_a_ruling_makes_of_a_choice(kind, options, chosen, earned):
    markings = ruled(KEY, "b/1", kind, frozenset(options) if options else None)
    for picked, points in chosen.items():
        assert dict(graded({"b/1": list(picked)}, markings).points)["b/1"] == points
    everything = {**ALL_RIGHT, "b/1": ["B"]} if kind == "rekey" else ALL_RIGHT
    found = graded(everything, markings)
    assert (found.score, found.is_perfect) == (20 + earned, True)


def test_a_dropped_question_is_not_needed_for_all_correct():
    markings = ruled(KEY, "b/1", "drop")
    assert graded({**ALL_RIGHT, "b/1": ["B"]}, markings).is_perfect
    assert graded({"b/2": ["A", "C"], "b/3": ["D"]}, markings).is_perfect
    assert not graded({"b/1": ["A"], "b/3": ["D"]}, markings).is_perfect


def test_a_paper_of_which_nothing_counts_is_not_all_correct():
    markings = after([(ref, ("drop", None)) for ref in QUESTIONS])
    found = graded(ALL_RIGHT, markings)
    assert (found.score, found.is_perfect) == (0, False)
    assert not rules.grade((), {}, KEY, POINTS).is_perfect


def test_an_option_of_any_right_set_is_shown_as_right():
    markings = ruled(KEY, "b/1", "accept", frozenset("B"))
    assert markings["b/1"].right_options == {"A", "B"}
    assert Marking(frozenset()).right_options == frozenset()


@given(answer_sheets)
def test_by_the_key_alone_only_exactly_the_right_options_earn_points(answers):
    found = graded(answers, KEY)
    right = [ref for ref in QUESTIONS if set(answers.get(ref, [])) == QUESTIONS[ref].answer]
    assert found.score == len(right) * POINTS
    assert found.is_perfect == (len(right) == len(QUESTIONS))


@given(answer_sheets, histories)
def test_all_correct_follows_from_the_score(answers, history):
    """What lets the database regrade a round without reading every answer again."""
    markings = after(history)
    found = graded(answers, markings)
    counting = [ref for ref in QUESTIONS if markings[ref].counts]
    assert found.is_perfect == (bool(counting) and all(dict(found.points)[ref] for ref in counting))
    assert found.is_perfect == rules.is_full(found.score, len(counting), POINTS)


@given(answer_sheets, histories, st.sampled_from(sorted(QUESTIONS)), option_sets)
def test_restoring_takes_every_earlier_ruling_back(answers, history, ref, options):
    markings = after(history)
    restored = ruled(ruled(markings, ref, "rekey", options), ref, "restore")
    assert restored[ref] == KEY[ref]
    assert graded(answers, {**KEY, ref: restored[ref]}) == graded(answers, KEY)


@given(answer_sheets, histories, st.sampled_from(sorted(QUESTIONS)), option_sets)
def test_accepting_one_more_answer_lowers_nobody(answers, history, ref, options):
    before = graded(answers, after(history))
    found = graded(answers, ruled(after(history), ref, "accept", options))
    assert found.score >= before.score
    assert found.is_perfect >= before.is_perfect


@given(answer_sheets, histories, st.sampled_from(sorted(QUESTIONS)))
def test_points_for_everybody_lower_nobody(answers, history, ref):
    before = graded(answers, after(history))
    found = graded(answers, ruled(after(history), ref, "void_all"))
    assert found.score >= before.score


@given(answer_sheets, st.sampled_from(sorted(QUESTIONS)))
def test_points_for_whoever_answered_lower_nobody_against_the_key(answers, ref):
    found = graded(answers, ruled(KEY, ref, "void_answered"))
    assert found.score >= graded(answers, KEY).score
    assert found.is_perfect >= graded(answers, KEY).is_perfect
