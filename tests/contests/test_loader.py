"""Contest files against the areas and the banks."""

import pytest

from quizapp.areas import queries as areas
from quizapp.config import ROOT
from quizapp.contests import demo, loader
from quizapp.contests.rules import RoundState, full_score, questions_in, round_state
from quizapp.strict_yaml import RefusedFile
from tests import factories


@pytest.fixture
def parse(app, now):
    """Parse a contest file made of the plain contest and changes."""
    factories.make_tree(now)
    factories.make_bank(now)
    return lambda **changes: loader.parse_contest(factories.contest_yaml(now, **changes), name="c.yaml")


def problems(parse, **changes):
    with pytest.raises(RefusedFile) as refused:
        parse(**changes)
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_a_file_becomes_a_spec(parse):
    spec = parse()
    assert (spec.contest, questions_in(spec.rounds[0]), full_score(spec.rounds[0])) == ("cuoc-thi-mau", 5, 50)


def test_every_problem_comes_at_once_with_its_place(parse, now):
    paper = {"mode": "fixed", "questions": ["mau-001", "mau-099", "mau-001"]}
    found = problems(
        parse,
        areas={"tree": "tinh-mau", "ranked_level": "huyen"},
        rounds=[factories.round_dict(now, paper=paper, ranking={"keys": ["score", "score"]})],
    )
    assert found == [
        ("unknown_level", "areas.ranked_level"),
        ("unknown_question", "rounds[0].paper.questions[1]"),
        ("question_twice", "rounds[0].paper.questions[2]"),
        ("ranking_key_twice", "rounds[0].ranking.keys"),
    ]


def test_problems_carry_line_and_column_and_a_hint(parse):
    with pytest.raises(RefusedFile) as refused:
        parse(areas={"tree": "tinh-mua", "ranked_level": "district"})
    (problem,) = refused.value.problems
    assert (problem.code, problem.hint) == ("unknown_tree", "tinh-mau")
    assert problem.source_line.strip() == "tree: tinh-mua"
    assert problem.column == problem.source_line.index("tinh-mua") + 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"bank": "mua", "count": 1}, "unknown_bank"),
        ({"bank": "mau", "topic": "khac", "count": 1}, "unknown_topic"),
        ({"bank": "mau", "difficulty": "van-dung", "count": 1}, "too_few_questions"),
        ({"bank": "mau", "count": 11}, "too_few_questions"),
    ],
)
def test_a_draw_must_find_its_questions(parse, now, line, code):
    rounds = [factories.round_dict(now, paper={"mode": "random", "draw": [line]})]
    assert [found for found, _ in problems(parse, rounds=rounds)] == [code]


def test_lines_of_a_draw_that_share_questions_are_counted_together(parse, now):
    easy = {"bank": "mau", "difficulty": "nhan-biet", "count": 4}

    def rounds(count):
        draw = [easy, {"bank": "mau", "count": count}]
        return [factories.round_dict(now, paper={"mode": "random", "draw": draw})]

    parse(rounds=rounds(6))
    assert problems(parse, rounds=rounds(7)) == [("too_few_questions", "rounds[0].paper.draw[1].count")]


def test_a_bare_question_id_in_two_banks_is_ambiguous(parse, now):
    twin = factories.bank_yaml("khac").decode().replace("khac-001", "mau-001")
    with factories.transaction():
        factories.banks.import_bank(twin.encode(), name="khac.yaml", actor="test", now=now)
    assert problems(parse)[0] == ("question_in_many_banks", "rounds[0].paper.questions[0]")
    parse(rounds=[factories.round_dict(now, paper={"mode": "fixed", "questions": ["mau/mau-001", "khac/mau-001"]})])


def test_unknown_keys_and_foreign_values_are_refused(parse):
    assert ("unknown_key", "giai_thuong") in problems(parse, giai_thuong="có")
    assert ("not_one_of", "prize_cap") in problems(parse, prize_cap="two")


def test_what_cannot_be_run_yet_is_said_at_launch(parse, now):
    entry = {**factories.contest_dict(now)["entry"], "mode": "account", "resume": "otp"}
    spec = parse(entry=entry)
    assert [problem["code"] for problem in loader.launch_problems(spec, now=now, listed=9)] == [
        "entry_mode_unavailable",
        "otp_unavailable",
    ]
    over = parse(rounds=[factories.round_dict(now, opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")])
    assert [problem["code"] for problem in loader.launch_problems(over, now=now)] == ["all_rounds_over"]


def test_a_contest_by_list_needs_its_list(parse, now):
    spec = parse(entry={**factories.contest_dict(now)["entry"], "mode": "roster"})
    assert [problem["code"] for problem in loader.launch_problems(spec, now=now)] == ["roster_empty"]
    assert loader.launch_problems(spec, now=now, listed=1) == []


def test_a_round_marked_by_hand_has_no_questions(parse, now):
    essay = factories.round_dict(now, key="viet", paper={"mode": "marked", "points": 100}, ranking={"keys": ["score"]})
    questions, blueprints = loader.resolve_questions(parse(rounds=[factories.round_dict(now), essay]))
    assert (len(questions), blueprints["viet"]) == (5, ())
    assert loader.resolve_questions(parse(rounds=[factories.round_dict(now), essay]), ["tuan-1"]) == ({}, {"viet": ()})


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "contests").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_contests_are_sound_and_their_copies_surround_the_present(shipped, now, path):
    spec = loader.parse_contest(path.read_bytes(), name=path.name)
    assert spec.contest == path.stem
    copy = demo.surround(spec, now)
    assert loader.parse_contest(demo.to_yaml(copy).encode(), name="copy.yaml") == copy
    states = [round_state(round_.opens_at, round_.closes_at, now) for round_ in copy.rounds]
    assert RoundState.OPEN in states
    lengths = [round_.closes_at - round_.opens_at for round_ in spec.rounds]
    assert [round_.closes_at - round_.opens_at for round_ in copy.rounds] == lengths


# Whose bank, whose contest (None = the root's), and whether it may use the bank.
USES = [
    (None, None, True), (None, "11", True),
    ("11", None, True), ("11", "11", True), ("111", "11", True),
    ("11", "10", False), ("11", "111", False),
    ("1", None, True), ("1", "11", False),
    ("ngoai-tinh:VN", None, False), ("ngoai-tinh:VN", "11", False),
]  # fmt: skip


@pytest.mark.parametrize(("bank", "contest", "may"), USES)
def test_a_contest_uses_banks_that_its_organizers_read(parse, now, bank, contest, may):
    """Other banks are as if they had never been: the same problem, no hint, no count of what is in them."""
    factories.make_bank(now, "bo-rieng", owner=bank)
    owner = areas.get_area("tinh-mau", contest).id if contest else None

    def file(slug):
        draw = {"mode": "random", "draw": [{"bank": slug, "topic": "chung", "count": 99}]}
        fixed = {"mode": "fixed", "questions": [f"{slug}/{slug}-001", f"{slug}-002"]}
        rounds = [factories.round_dict(now, key=f"vong-{n}", paper=paper) for n, paper in enumerate((draw, fixed))]
        return factories.contest_yaml(now, rounds=rounds)

    def told(slug):
        with pytest.raises(RefusedFile) as refused:
            loader.parse_contest(file(slug), name="c.yaml", owner_area_id=owner)
        found = [(each.code, each.path, each.hint, each.params) for each in refused.value.problems]
        return repr(found).replace(slug, "…")

    assert ("too_few_questions" in told("bo-rieng")) is may
    assert (told("bo-rieng") == told("bo-khong-co")) is not may


def test_questions_are_resolved_with_the_same_owner(parse, now):
    factories.make_bank(now, "bo-rieng", owner="11")
    rounds = [factories.round_dict(now, paper={"mode": "fixed", "questions": ["bo-rieng-001"]})]
    spec = parse(rounds=rounds)
    assert list(loader.resolve_questions(spec)[0]) == ["bo-rieng/bo-rieng-001"]
    with pytest.raises(AssertionError, match="unknown_question"):
        loader.resolve_questions(spec, owner_area_id=areas.get_area("tinh-mau", "10").id)
