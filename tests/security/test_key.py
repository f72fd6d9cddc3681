"""Nothing beside the key tells the key: not an option's place, not a question's, not the answer to a save."""

import hashlib
from collections import Counter

import pytest

from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.contests import queries as contests
from quizapp.contests.spec import Shuffle
from tests.security.world import CONTEST_A

PAPERS = 2000
# Beyond it chance comes once in a thousand: degrees of freedom -> chi-square.
LIMIT = {3: 16.27, 4: 18.47}


def chi_square(counts, cells):
    expected = sum(counts.values()) / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))


@pytest.fixture
def drawn(world):
    """(the right options, the paper) of 2,000 papers of the contest's round, drawn with a fixed seed."""
    with world.app.app_context():
        contest = contests.get_contest(CONTEST_A)
        snapshot = contests.get_snapshot(contest.id)
    seed, found = hashlib.sha256(b"a fixed seed").digest(), []
    for number in range(PAPERS):
        stream = SeededStream(seed, stream_label(CONTEST_A, f"person-{number}", "tuan-2", 1))
        paper = draw_paper(
            stream, snapshot.blueprints["tuan-2"], snapshot.questions, Shuffle(questions=True, options=True)
        )
        found.append(([snapshot.questions[ref].answer for ref, _ in paper], paper))
    return found


def test_the_right_option_stands_in_each_place_equally_often(drawn):
    places = Counter(
        keys.index(next(iter(right))) for rights, paper in drawn for right, (_, keys) in zip(rights, paper, strict=True)
    )
    # Five questions a paper are drawn from one stream; each of them alone is judged.
    assert sum(places.values()) == PAPERS * 5
    for number in range(5):
        alone = Counter(paper[number][1].index(next(iter(rights[number]))) for rights, paper in drawn)
        assert chi_square(alone, 4) < LIMIT[3]


def test_a_question_stands_in_each_place_equally_often(drawn):
    refs = sorted(ref for ref, _ in drawn[0][1])
    for ref in refs:
        places = Counter([line[0] for line in paper].index(ref) for _, paper in drawn)
        assert chi_square(places, 5) < LIMIT[4]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_a_save_is_answered_in_the_same_bytes_whether_it_is_right_or_wrong(world, kind):
    """In the fast lane and on the long way; but for the number of the request."""
    address = f"/api/v1/attempts/{world.parts['P1']['attempt_id']}/answers"
    told = set()
    for rev in range(100, 180):
        option = "ABCD"[rev % 4]
        body = f'{{"batch": [{{"question": "mau/mau-001", "options": ["{option}"], "rev": {rev}}}]}}'
        answer = world.call("P1", "PUT", address, data=body, content_type=kind)
        assert answer.status_code == 200
        headers = sorted((name, value) for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie"))
        told.add((answer.get_data(as_text=True).replace(str(rev), "…"), str(headers)))
    assert len(told) == 1
