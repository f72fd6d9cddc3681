"""Contradictions in a contest file: each refused at its place, for a reason that the sentence gives. No app."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.contests import contradictions
from quizapp.contests.spec import ContestSpec
from quizapp.messages import CODES, text_of
from tests.factories import contest_dict, round_dict

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
LEVELS = ("province", "district", "commune", "unit")
SEALED = {"live": "hidden_until_close"}
FIELDS = {"full_name": "required", "phone": "required"}
# As `round_dict` has them: five questions of ten points.
FULL = 50
PRIZES = [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 2}]


def spec(**changes):
    return ContestSpec.model_validate(contest_dict(NOW, **changes))


def problems(**changes):
    return contradictions.check_spec(spec(**changes), LEVELS)


def codes(**changes):
    found = problems(**changes)
    for problem in found:
        text = text_of(problem.code, **problem.params)
        assert "%(" not in text
        assert len(text) > 20
    return {(problem.code, problem.path) for problem in found}


def entry(**changes):
    return {**contest_dict(NOW)["entry"], **changes}


def in_round(**changes):
    """The problems of the first round, their places inside of it."""
    return {
        (code, path[2:])
        for code, path in codes(rounds=[round_dict(NOW, **changes)], publication=SEALED)
        if path[:2] == ("rounds", 0)
    }


def test_a_sound_file_has_no_problem():
    assert codes() == set()


def test_every_code_has_a_sentence():
    tree = ast.parse(Path(contradictions.__file__).read_text(encoding="utf-8"))
    named = [
        node.args[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SpecProblem"
    ]
    assert len(named) > 40
    assert set(named) <= CODES


def test_levels_must_be_levels_of_the_tree():
    assert ("unknown_level", ("areas", "ranked_level")) in codes(areas={"tree": "tinh-mau", "ranked_level": "huyen"})
    collective = {"level": "thon", "metric": "people"}
    assert ("unknown_level", ("collectives", 0, "level")) in codes(collectives=[collective])


# --- entry, groups ---


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"identity": ["citizen_id"]}, ("identity_not_required", ("entry", "identity", 0))),
        ({"fields": FIELDS}, ("resume_needs_birth_date", ("entry", "resume"))),
        (
            {"fields": FIELDS, "resume": "code", "age": {"min": 14}},
            ("age_needs_birth_date", ("entry", "fields", "date_of_birth")),
        ),
        ({"age": {"min": 30, "max": 20}}, ("age_range_empty", ("entry", "age"))),
        (
            {"excluded": {"mode": "block", "people": [{"full_name": "Ai Đó"}]}},
            ("excluded_without_identity", ("entry", "excluded", "people", 0)),
        ),
        (
            {"excluded": {"people": [{"full_name": "Ai Đó", "phone": "0900000000", "chuc_vu": "x"}]}},
            ("unknown_field", ("entry", "excluded", "people", 0, "chuc_vu")),
        ),
        ({"residence": "inside"}, ("residence_needs_area", ("entry", "fields", "area"))),
    ],
)
def test_what_an_entry_form_cannot_ask(changed, problem):
    assert problem in codes(entry=entry(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"residence": "inside", "fields": {**FIELDS, "date_of_birth": "required", "area": "required"}},
        {"mode": "roster"},
        {"mode": "roster", "fields": FIELDS, "resume": "code"},
        {"password": "thicchc2025"},
    ],
)
def test_what_an_entry_form_may_ask(changed):
    assert codes(entry=entry(**changed)) == set()


@pytest.mark.parametrize("password", ["", "   ", "\t"])
def test_a_blank_contest_password_is_no_password(password):
    with pytest.raises(ValueError, match="empty|blank"):
        spec(entry=entry(password=password))


def test_groups_need_the_field_and_their_own_keys():
    groups = [{"key": "A", "label": "Bảng A"}, {"key": "A", "label": "Bảng A nữa", "age": {"min": 9, "max": 8}}]
    assert codes(groups=groups) == {
        ("groups_need_the_field", ("entry", "fields", "group")),
        ("group_key_twice", ("groups", 1, "key")),
        ("age_range_empty", ("groups", 1, "age")),
    }


# --- rounds ---

DRAWN = {"mode": "random", "draw": [{"bank": "mau", "count": 5}]}


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"closes_at": "2025-05-19T00:00:00Z"}, "closes_before_opening", ("closes_at",)),
        ({"paper": {"mode": "fixed"}}, "fixed_needs_questions", ("paper",)),
        ({"paper": {"mode": "random", "questions": ["mau-001"]}}, "random_needs_draw", ("paper",)),
        (
            {"paper": {"mode": "random", "draw": [{"bank": "mau", "count": 500}], "points": 10_000}},
            "score_too_large",
            ("paper", "points"),
        ),
        ({"ranking": {"keys": ["score", "score"]}}, "ranking_key_twice", ("ranking", "keys")),
        ({"ranking": {"keys": ["score", "prediction_gap"]}}, "gap_without_prediction", ("ranking", "keys")),
        ({"ranking": {"keys": ["duration", "score"]}}, "score_must_lead", ("ranking", "keys")),
        ({"ranking": {"gate": "min_score", "keys": ["score"]}}, "min_score_missing", ("ranking", "gate")),
        ({"ranking": {"min_score": 3, "keys": ["score"]}}, "min_score_unused", ("ranking", "min_score")),
        (
            {"ranking": {"gate": "all_correct", "min_score": 3, "keys": ["score"]}},
            "min_score_unused",
            ("ranking", "min_score"),
        ),
        (
            {"ranking": {"gate": "min_score", "min_score": FULL + 1, "keys": ["score"]}},
            "min_score_unreachable",
            ("ranking", "min_score"),
        ),
        ({"paper": DRAWN, "questions_public": "before"}, "public_questions_are_fixed", ("questions_public",)),
        ({"paper": DRAWN, "questions_public": "with_open"}, "public_questions_are_fixed", ("questions_public",)),
        ({"prizes": [*PRIZES, {"name": "Nhất", "count": 3}]}, "prize_name_twice", ("prizes", 2, "name")),
    ],
)
def test_what_a_round_cannot_say_together(changed, code, place):
    assert (code, place) in in_round(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"ranking": {"gate": "min_score", "min_score": FULL, "keys": ["score"]}},
        {"ranking": {"gate": "min_score", "min_score": 1, "keys": ["submitted_at"]}},
        {"questions_public": "before"},
        {"questions_public": "with_open"},
        {"prizes": [*PRIZES, {"name": "Lan tỏa", "count": 10, "by": "hand"}]},
        # A guess that no key uses is asked for fun, or decides nothing: no harm.
        {"prediction": {"metric": "people"}, "ranking": {"gate": "all_correct", "keys": ["submitted_at"]}},
    ],
)
def test_what_a_round_may_say(changed):
    assert in_round(**changed) == set()


@pytest.mark.parametrize("live", ["full", "coarse"])
def test_a_live_count_beside_a_prediction_is_refused(live):
    rounds = [round_dict(NOW, prediction={"metric": "people"})]
    assert ("live_leaks_prediction", ("publication", "live")) in codes(rounds=rounds, publication={"live": live})
    assert codes(rounds=rounds, publication=SEALED) == set()


def test_two_rounds_of_one_key_are_refused():
    assert ("round_key_twice", ("rounds", 1, "key")) in codes(rounds=[round_dict(NOW), round_dict(NOW)])


def test_rounds_may_ask_different_guesses_about_the_whole_contest():
    """Each question says exactly what it counts, and each number is counted and frozen for its own round."""
    rounds = [
        round_dict(NOW, key=key, prediction={"metric": metric, "scope": "contest"})
        for key, metric in (("a", "people"), ("b", "attempts"))
    ]
    assert codes(rounds=rounds, publication=SEALED) == set()


# --- a guess that decides who is counted ---

CIRCLE = ("guess_decides_its_count", ("ranking", "keys"))


@pytest.mark.parametrize(
    ("metric", "counted", "ranking", "refused"),
    [
        ("people_all_correct", "best", {"keys": ["prediction_gap", "score"]}, True),
        ("percent_all_correct", "best", {"keys": ["prediction_gap"]}, True),
        ("people_all_correct", "best", {"keys": ["score", "prediction_gap"]}, False),
        ("people_all_correct", "best", {"gate": "all_correct", "keys": ["prediction_gap"]}, False),
        ("people_all_correct", "best", {"gate": "min_score", "min_score": 30, "keys": ["prediction_gap"]}, True),
        ("people_all_correct", "best", {"gate": "min_score", "min_score": FULL, "keys": ["prediction_gap"]}, False),
        (
            "people_all_correct",
            "best",
            {"gate": "min_score", "min_score": 30, "keys": ["perfect_attempts", "prediction_gap"]},
            True,
        ),
        # What is counted does not hang on which attempt counts, or the guess does not choose it.
        ("attempts_all_correct", "best", {"keys": ["prediction_gap"]}, False),
        ("people", "best", {"keys": ["prediction_gap"]}, False),
        ("attempts", "best", {"keys": ["prediction_gap"]}, False),
        ("people_all_correct", "best_earliest", {"keys": ["prediction_gap"]}, False),
        ("people_all_correct", "first", {"keys": ["prediction_gap"]}, False),
    ],
)
def test_a_guess_must_not_decide_what_it_guesses(metric, counted, ranking, refused):
    found = in_round(prediction={"metric": metric}, counted=counted, ranking=ranking)
    assert (CIRCLE in found) == refused
    assert found <= {CIRCLE}


# --- rounds marked by hand ---


def marked(**changes):
    return {
        **round_dict(NOW),
        "key": "chung-ket",
        "paper": {"mode": "marked", "points": 100},
        "ranking": {"keys": ["score"]},
        **changes,
    }


def test_a_round_marked_by_hand_is_sound():
    assert codes(rounds=[marked()]) == set()
    gate = {"gate": "min_score", "min_score": 50, "keys": ["score"]}
    assert codes(rounds=[marked(ranking=gate, prizes=PRIZES)]) == set()


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"paper": {"mode": "marked", "questions": ["mau-001"]}}, "marked_has_no_paper", ("paper", "questions")),
        ({"paper": {"mode": "marked", "draw": []}}, "marked_has_no_paper", ("paper", "draw")),
        ({"paper": {"mode": "marked", "shuffle": {"options": True}}}, "marked_has_no_paper", ("paper", "shuffle")),
        (
            {"paper": {"mode": "marked", "time_limit_seconds": 60}},
            "marked_has_no_paper",
            ("paper", "time_limit_seconds"),
        ),
        ({"attempts": {"max": 1}}, "marked_has_no_paper", ("attempts",)),
        ({"attempts": {"per": "day"}}, "marked_has_no_paper", ("attempts",)),
        ({"counted": "last"}, "marked_has_no_paper", ("counted",)),
        ({"prediction": {"metric": "people"}}, "marked_has_no_paper", ("prediction",)),
        ({"questions_public": "before"}, "marked_has_no_paper", ("questions_public",)),
        ({"ranking": {"gate": "all_correct", "keys": ["score"]}}, "marked_has_no_right_answers", ("ranking", "gate")),
        ({"ranking": {"keys": ["score", "submitted_at"]}}, "marked_ranks_by_score", ("ranking", "keys", 1)),
        ({"ranking": {"keys": ["duration"]}}, "marked_ranks_by_score", ("ranking", "keys", 0)),
        ({"ranking": {"keys": ["score", "prediction_gap"]}}, "marked_ranks_by_score", ("ranking", "keys", 1)),
    ],
)
def test_what_a_round_marked_by_hand_cannot_promise(changed, code, place):
    assert codes(rounds=[marked(**changed)], publication=SEALED) == {(code, ("rounds", 0, *place))}


# --- promotion ---


def final(opens=2, **changes):
    """A second round that opens `opens` hours after now; the first one closes in an hour."""
    return round_dict(
        NOW,
        **{
            "key": "chung-ket",
            "opens_at": (NOW + timedelta(hours=opens)).isoformat(),
            "closes_at": (NOW + timedelta(hours=opens + 1)).isoformat(),
            "promote": {"round": "tuan-1", "top": 10},
            **changes,
        },
    )


def promotion(second, **changes):
    first = {"prediction": {"metric": "people", "scope": "contest"}} if changes.pop("guess", False) else {}
    return {
        code
        for code, path in codes(rounds=[round_dict(NOW, **first), second], publication=SEALED)
        if path == ("rounds", 1, "promote", "round")
    }


def test_people_come_from_a_round_that_is_over():
    assert promotion(final()) == set()
    assert promotion(final(opens=1)) == set()
    assert promotion(final(opens=0.9)) == {"promotes_too_early"}
    assert promotion(final(promote={"round": "tuan-9", "top": 10})) == {"unknown_round"}
    assert promotion(final(promote={"round": "chung-ket", "top": 10})) == {"promotes_itself"}


def test_people_cannot_come_from_a_result_that_waits_for_their_own_round():
    assert promotion(final(), guess=True) == {"promotion_waits_for_guess"}
    essay = final(paper={"mode": "marked", "points": 100}, ranking={"keys": ["score"]})
    assert promotion(essay, guess=True) == set()


# --- overall ---


def overall(**changes):
    return {(code, path[1:]) for code, path in codes(overall={"prizes": PRIZES, **changes}) if path[0] == "overall"}


def test_an_overall_ranking_adds_up_rounds_that_there_are():
    assert overall() == set()
    assert overall(rounds=["tuan-1"], keys=["rounds", "score", "duration"]) == set()
    assert overall(rounds=["tuan-1", "tuan-9"]) == {("unknown_round", ("rounds", 1))}
    assert overall(rounds=["tuan-1", "tuan-1"]) == {("overall_round_twice", ("rounds", 1))}
    assert overall(rounds=[]) == {("overall_without_rounds", ("rounds",))}


def test_an_overall_ranking_does_not_reward_staying_away():
    assert overall(keys=["score", "score"]) == {("ranking_key_twice", ("keys",))}
    assert overall(keys=["duration", "score"]) == {("overall_rewards_absence", ("keys",))}
    assert overall(keys=["submitted_at"]) == {("overall_rewards_absence", ("keys",))}
    assert overall(prizes=[PRIZES[0], PRIZES[0]]) == {("prize_name_twice", ("prizes", 1, "name"))}


# --- collectives ---


def collective(**changes):
    """The problems of a file whose round has prizes for persons, with this collective ranking."""
    one = {"level": "district", "metric": "people", **changes}
    return codes(rounds=[round_dict(NOW, prizes=PRIZES)], collectives=[one])


WEIGHTED = {"metric": "weighted", "weights": {"mean_rate": 100, "prizes": 1}}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"then": ["prizes", "attempts"], "min_people": 10},
        {**WEIGHTED, "prize_points": {"Nhất": 10, "Nhì": 0}, "then": ["people"]},
        {"metric": "weighted", "weights": {"people": 1}},
        {"metric": "manual", "prizes": [{"name": "Cờ", "count": 1, "by": "hand"}, {"name": "Bằng khen", "count": 9}]},
        {"metric": "prizes", "scope": "round", "prizes": PRIZES},
    ],
)
def test_what_a_collective_ranking_may_say(changed):
    assert collective(**changed) == set()


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"metric": "weighted"}, "weights_missing", ("metric",)),
        ({"weights": {"people": 1}}, "weights_unused", ("weights",)),
        ({"metric": "weighted", "weights": {}}, "weights_all_zero", ("weights",)),
        ({**WEIGHTED, "prize_points": {"Vàng": 10}}, "unknown_prize", ("prize_points", "Vàng")),
        ({**WEIGHTED, "prize_points": {"Nhất": -1}}, "prize_points_out_of_range", ("prize_points", "Nhất")),
        ({**WEIGHTED, "prize_points": {"Nhất": 10**7}}, "prize_points_out_of_range", ("prize_points", "Nhất")),
        ({"prize_points": {"Nhất": 10}}, "prize_points_unused", ("prize_points",)),
        (
            {"metric": "weighted", "weights": {"people": 1}, "prize_points": {"Nhất": 10}},
            "prize_points_unused",
            ("prize_points",),
        ),
        ({"then": ["people"]}, "collective_metric_twice", ("then", 0)),
        ({"then": ["attempts", "prizes", "attempts"]}, "collective_metric_twice", ("then", 2)),
        ({"metric": "manual", "then": ["people"]}, "manual_is_not_ranked", ("then",)),
        (
            {"prizes": [{"name": "Cờ", "count": 1, "by": "hand"}]},
            "hand_prize_in_ranking",
            ("prizes", 0, "by"),
        ),
        ({"prizes": [PRIZES[0], PRIZES[0]]}, "prize_name_twice", ("prizes", 1, "name")),
    ],
)
def test_what_a_collective_ranking_cannot_say(changed, code, place):
    assert collective(**changed) == {(code, ("collectives", 0, *place))}


@pytest.mark.parametrize("changed", [{"metric": "prizes"}, {"then": ["prizes"]}, WEIGHTED])
def test_prizes_are_counted_where_there_are_any(changed):
    one = {"level": "district", "metric": "people", **changed}
    assert codes(collectives=[one]) == {("collective_without_prizes_to_count", ("collectives", 0, "metric"))}
    assert codes(collectives=[one], overall={"prizes": PRIZES}) == set()


# --- publication ---


def test_public_records_tell_the_key():
    hidden = round_dict(NOW, key_public="never")
    public = {"records": "public", "two_persons": True}
    assert codes(rounds=[hidden], publication=public) == {("records_tell_the_key", ("rounds", 0, "key_public"))}
    assert codes(rounds=[round_dict(NOW)], publication=public) == set()
    assert codes(rounds=[marked(key_public="never")], publication=public) == set()
    assert codes(rounds=[hidden]) == set()


# --- any file at all ---

keys = st.sampled_from(["score", "prediction_gap", "submitted_at", "duration", "started_at", "perfect_attempts"])


@given(
    mode=st.sampled_from(["fixed", "marked"]),
    gate=st.sampled_from(["none", "all_correct", "min_score"]),
    min_score=st.none() | st.integers(1, 60),
    chain=st.lists(keys, min_size=1, max_size=4),
    metric=st.none() | st.sampled_from(["people", "people_all_correct", "percent_all_correct"]),
    counted=st.sampled_from(["best", "first", "last"]),
)
def test_a_round_is_either_refused_with_a_sentence_or_can_be_ranked(mode, gate, min_score, chain, metric, counted):
    paper = {"mode": "marked", "points": 50} if mode == "marked" else round_dict(NOW)["paper"]
    ranking = {"gate": gate, "keys": chain, **({"min_score": min_score} if min_score else {})}
    prediction = {"prediction": {"metric": metric}} if metric else {}
    round_ = round_dict(NOW, paper=paper, ranking=ranking, counted=counted, **prediction)
    found = codes(rounds=[round_], publication=SEALED)
    if found:
        return
    chain_ = spec(rounds=[round_], publication=SEALED).rounds[0].ranking.chain()
    assert len(set(chain_.keys)) == len(chain_.keys)
    assert (chain_.min_score > 0) == (gate == "min_score")
    assert 0 <= chain_.min_score <= FULL
    assert mode == "fixed" or (chain == ["score"] and metric is None and counted == "best")
    assert "prediction_gap" not in chain or metric
