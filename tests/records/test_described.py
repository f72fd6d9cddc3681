"""What docs/verify.md says is what both programs do; and the independent one is independent."""

import ast
import hashlib
import re

from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.config import ROOT
from quizapp.contests.rules import Stratum
from quizapp.contests.service import commitment_of
from quizapp.contests.spec import Shuffle
from quizapp.results.ranking_file import HEADER
from tests.records.checking import PROGRAM

PAGE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
ALLOWED = {"hashlib", "hmac", "io", "json", "os", "re", "sys", "zipfile", "zlib", "datetime"}


class _Nothing(dict):
    """A question without options, whatever it is called."""

    def __missing__(self, ref):
        return type("Question", (), {"options": (), "pinned": frozenset(), "keep_order": True})


def test_the_example_of_the_draw_is_right():
    seed = hashlib.sha256(b"demo seed").digest()
    assert f"`{commitment_of(seed)}`" in PAGE
    pool = tuple(f"q{number:02d}" for number in range(1, 21))
    stream = SeededStream(seed, stream_label("c1", "p1", "r1", 1))
    paper = draw_paper(stream, [Stratum(pool, 5)], _Nothing(), Shuffle())
    told = re.search(r"and the paper ((?:`q\d\d` ?)+)", PAGE.replace("\n", " "))
    assert told
    assert re.findall(r"q\d\d", told[1]) == [ref for ref, _ in paper]


def test_the_columns_are_as_described():
    assert f"`{','.join(HEADER)}`" in PAGE


def test_the_program_needs_the_standard_library_alone_and_no_new_python():
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= ALLOWED
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {func.id for func in calls if isinstance(func, ast.Name)}
    assert not called & {"__import__", "exec", "eval", "compile"}
    # Words of 3.10 and later that the compiler alone would not notice.
    assert "strict=" not in PROGRAM.read_text(encoding="utf-8")
    assert "bit_count" not in PROGRAM.read_text(encoding="utf-8")
