"""Drawing a paper: anyone with the seed draws the same one, and no question or place is preferred."""

import hashlib
import hmac
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.attempts.paper import PaperLine, SeededStream, draw_paper, stream_label
from quizapp.contests.rules import SnapshotQuestion, Stratum
from quizapp.contests.spec import Shuffle

SEED = hashlib.sha256(b"demo seed").digest()
POOL = [f"Q{number:03d}" for number in range(1, 101)]
# Chi-square, 0.1 % level, by degrees of freedom.
CHI_SQUARE_LIMIT = {3: 16.27, 9: 27.88, 23: 49.73}


def question(
    ref: str, keys: str = "ABCD", *, pinned: str = "", keep_order: bool = False, answer: str = "A"
) -> SnapshotQuestion:
    """A question whose options are the letters of `keys`."""
    return SnapshotQuestion(
        ref=ref,
        text=f"Câu {ref}?",
        options=tuple((key, f"Phương án {key}") for key in keys),
        answer=frozenset(answer),
        pinned=frozenset(pinned),
        keep_order=keep_order,
        topic="",
        difficulty="",
        explanation="",
        source_title="",
        source_url="",
    )


def chi_square(counts: Counter[object], cells: int) -> float:
    """How far the counts are from being equal over so many cells."""
    expected = sum(counts.values()) / cells
    return sum((count - expected) ** 2 for count in counts.values()) / expected + (cells - len(counts)) * expected


# --- the stream ---------------------------------------------------------------------------------------------------


def test_the_published_example_is_drawn() -> None:
    commitment = hashlib.sha256(b"seed-v1|" + SEED).hexdigest()
    assert commitment == "13be166dade1e9476be913d9c2326346540be1cac882458b4138781e70ca96f5"
    assert SeededStream(SEED, "c1|p1|1").sample(POOL, 5) == ["Q079", "Q095", "Q100", "Q064", "Q041"]
    assert SeededStream(SEED, "c1|p2|1").sample(POOL, 5) == ["Q007", "Q081", "Q071", "Q028", "Q062"]


@pytest.mark.parametrize("limit", [1, 2, 6, 400, 2**31 + 1, 3 * 2**30, 2**32])
def test_integers_are_the_words_of_the_stream_that_do_not_favour_any(limit: int) -> None:
    words = []
    for block in range(60):
        digest = hmac.digest(SEED, b"nh\xc3\xa3n|" + block.to_bytes(4, "big"), "sha256")
        words.extend(int.from_bytes(digest[start : start + 4], "big") for start in range(0, 32, 4))
    accepted = [word % limit for word in words if word < 2**32 // limit * limit]
    stream = SeededStream(SEED, "nhãn")
    assert [stream.below(limit) for _ in range(200)] == list(islice(accepted, 200))


@given(st.binary(min_size=1, max_size=40), st.text(max_size=20), st.lists(st.integers(), max_size=30), st.data())
def test_a_sample_is_made_of_different_items_of_the_pool(
    seed: bytes, label: str, pool: list[int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(pool)))
    drawn = SeededStream(seed, label).sample(list(enumerate(pool)), size)
    assert len(drawn) == size == len(set(drawn))
    assert set(drawn) <= set(enumerate(pool))


def test_drawing_leaves_the_pool_as_it_was() -> None:
    pool = list(POOL)
    SeededStream(SEED, "x").sample(pool, 50)
    assert pool == POOL


def test_more_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="cannot draw 3 of 2"):
        SeededStream(SEED, "x").sample("ab", 3)


def test_another_seed_or_label_gives_another_stream() -> None:
    streams = [(SEED, "a"), (SEED, "b"), (SEED[::-1], "a")]
    assert len({tuple(SeededStream(*one).sample(POOL, 10)) for one in streams}) == 3


def test_labels_tell_attempts_apart() -> None:
    labels = {
        stream_label("c1", "p1", "tuan-1", 1),
        stream_label("c1", "p1", "tuan-1", 11),
        stream_label("c1", "p1", "tuan-11", 1),
        stream_label("c1", "p2", "tuan-1", 1),
        stream_label("c2", "p1", "tuan-1", 1),
    }
    assert len(labels) == 5
    assert stream_label("c1", "p1", "tuan-1", 2) == "c1|p1|tuan-1.2"


def test_every_order_is_equally_likely() -> None:
    orders = Counter(tuple(SeededStream(SEED, f"p{number}").sample("ABCD", 4)) for number in range(4800))
    assert chi_square(orders, 24) < CHI_SQUARE_LIMIT[23]


# --- the paper ----------------------------------------------------------------------------------------------------

NOTHING, QUESTIONS, OPTIONS = Shuffle(), Shuffle(questions=True), Shuffle(options=True)
BOTH = Shuffle(questions=True, options=True)
TEN = [f"b/{number}" for number in range(10)]


def draw(number: int, strata: list[Stratum], shuffle: Shuffle, **special: SnapshotQuestion) -> tuple[PaperLine, ...]:
    """The paper of participant `number`; `special` replaces questions by their number."""
    refs = {ref for stratum in strata for ref in stratum.pool}
    questions = {ref: question(ref) for ref in refs} | {f"b/{key[1:]}": value for key, value in special.items()}
    return draw_paper(SeededStream(SEED, stream_label("c", f"p{number}", "r", 1)), strata, questions, shuffle)


def test_a_fixed_paper_is_as_listed() -> None:
    paper = draw(1, [Stratum(("b/3", "b/1", "b/2"), 3)], NOTHING)
    assert paper == tuple((ref, ("A", "B", "C", "D")) for ref in ("b/3", "b/1", "b/2"))


def test_the_same_person_and_attempt_get_the_same_paper() -> None:
    strata = [Stratum(tuple(TEN), 4)]
    assert draw(7, strata, BOTH) == draw(7, strata, BOTH)
    assert len({draw(number, strata, BOTH) for number in range(20)}) > 15


def test_each_stratum_gives_its_share() -> None:
    easy, hard = tuple(TEN[:6]), tuple(TEN[6:])
    for number in range(50):
        refs = [ref for ref, _ in draw(number, [Stratum(easy, 3), Stratum(hard, 2)], QUESTIONS)]
        assert len(set(refs)) == 5
        assert len(set(refs) & set(easy)) == 3
        assert len(set(refs) & set(hard)) == 2


def test_strata_that_share_questions_never_repeat_one() -> None:
    for number in range(100):
        refs = [ref for ref, _ in draw(number, [Stratum(tuple(TEN), 5), Stratum(tuple(TEN[:8]), 3)], BOTH)]
        assert len(set(refs)) == len(refs) == 8
        assert len(set(refs) & set(TEN[8:])) <= 2


def test_a_paper_is_never_silently_shorter() -> None:
    # The first stratum takes at least one question of the second, which then cannot give both.
    with pytest.raises(ValueError, match="cannot draw 2"):
        draw(1, [Stratum(("b/1", "b/2", "b/3"), 2), Stratum(("b/1", "b/2"), 2)], NOTHING)


def test_every_question_is_drawn_equally_often() -> None:
    drawn = Counter(ref for number in range(2000) for ref, _ in draw(number, [Stratum(tuple(TEN), 3)], NOTHING))
    assert chi_square(drawn, 10) < CHI_SQUARE_LIMIT[9]


def test_every_question_comes_first_equally_often() -> None:
    first = Counter(draw(number, [Stratum(tuple(TEN), 10)], QUESTIONS)[0][0] for number in range(2000))
    assert chi_square(first, 10) < CHI_SQUARE_LIMIT[9]


def test_the_right_option_stands_in_every_place_equally_often() -> None:
    papers = [draw(number, [Stratum(("b/1", "b/2"), 2)], BOTH) for number in range(1000)]
    places = Counter(keys.index("A") for paper in papers for _, keys in paper)
    assert chi_square(places, 4) < CHI_SQUARE_LIMIT[3]


def test_pinned_options_keep_their_place_and_the_others_are_mixed() -> None:
    stratum = [Stratum(("b/1",), 1)]
    last = {draw(n, stratum, OPTIONS, q1=question("b/1", pinned="D"))[0][1] for n in range(60)}
    assert {keys[3] for keys in last} == {"D"}
    assert {keys[:3] for keys in last} == {tuple(order) for order in ("ABC", "ACB", "BAC", "BCA", "CAB", "CBA")}
    middle = {draw(n, stratum, OPTIONS, q1=question("b/1", pinned="BD"))[0][1] for n in range(30)}
    assert middle == {("A", "B", "C", "D"), ("C", "B", "A", "D")}
    every = {draw(n, stratum, OPTIONS, q1=question("b/1", pinned="ABCD"))[0][1] for n in range(30)}
    assert every == {("A", "B", "C", "D")}


def test_a_question_that_names_letters_is_not_mixed() -> None:
    stratum = [Stratum(("b/1", "b/2"), 2)]
    papers = [draw(n, stratum, OPTIONS, q1=question("b/1", keep_order=True)) for n in range(30)]
    assert {paper[0][1] for paper in papers} == {("A", "B", "C", "D")}
    assert len({paper[1][1] for paper in papers}) > 5


@pytest.mark.parametrize("shuffle", [NOTHING, QUESTIONS])
def test_options_stay_in_order_where_they_are_not_to_be_mixed(shuffle: Shuffle) -> None:
    papers = [draw(number, [Stratum(tuple(TEN), 6)], shuffle) for number in range(20)]
    assert {keys for paper in papers for _, keys in paper} == {("A", "B", "C", "D")}


@given(st.integers(0, 10**6), st.integers(1, 10), st.booleans(), st.booleans(), st.integers(2, 8))
def test_every_paper_shows_every_option_once(
    number: int, count: int, questions: bool, options: bool, size: int
) -> None:
    keys = "ABCDEFGH"[:size]
    special = {f"q{index}": question(f"b/{index}", keys, pinned=keys[-1]) for index in range(10)}
    paper = draw(number, [Stratum(tuple(TEN), count)], Shuffle(questions=questions, options=options), **special)
    assert len({ref for ref, _ in paper}) == len(paper) == count
    for _, shown in paper:
        assert sorted(shown) == list(keys)
        assert shown[-1] == keys[-1]
