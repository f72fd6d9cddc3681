"""A file is read as exactly what was typed, or refused at the place of the mistake; nothing kills the process."""

import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.config import ROOT
from quizapp.messages import problem_text
from quizapp.strict_yaml import MAX_DEPTH, MAX_NODES, Problem, RefusedFile, load
from quizapp.strict_yaml.problems import MAX_PROBLEMS

# What a person can type on one line: everything that is seen, blanks, and marks that combine.
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"))
TREES = st.recursive(
    LINE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LINE, inner, max_size=4), max_leaves=20
)


def read(text: str | bytes, **limits: int) -> object:
    data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
    tree, source = load(data, name="f.yaml", **limits)
    source.refuse_problems()
    return tree


def problems(text: str | bytes, **limits: int) -> list[Problem]:
    with pytest.raises(RefusedFile) as refused:
        read(text, **limits)
    assert all(map(problem_text, refused.value.problems))  # each code has a sentence, and the facts for it
    return list(refused.value.problems)


def places(text: str | bytes, **limits: int) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.code) for problem in problems(text, **limits)]


@pytest.mark.parametrize(
    "typed",
    [
        "10/1947",
        "1945-09-02",
        "19:05",
        "1:30",
        "no",
        "on",
        "Yes",
        "010",
        "0x1F",
        "1_000",
        "5.10",
        "~",
        "null",
        "=",
        "1e3",
    ],
)
def test_plain_scalars_stay_what_was_typed(typed: str) -> None:
    assert read(f"- {typed}\n- {{{typed}: {typed}}}") == [typed, {typed: typed}]


def test_only_a_value_left_out_is_none() -> None:
    assert read("a:\nb: ''\nc: [1, ~]\nd: {e: , f}\n-x:\n") == {
        "a": None,
        "b": "",
        "c": ["1", "~"],
        "d": {"e": None, "f": None},
        "-x": None,
    }


def test_block_and_flow_styles_and_folded_text() -> None:
    tree = read(
        """\
        a: |
          Một
            hai
        b: >-
          Một
          hai
        c: [x, "y", 'z''z']
        """
    )
    assert tree == {"a": "Một\n  hai\n", "b": "Một hai", "c": ["x", "y", "z'z"]}


def test_windows_line_ends_and_byte_order_mark() -> None:
    assert read("\ufeffa: 1\r\nb:\r\n  - hai\r\n".encode()) == {"a": "1", "b": ["hai"]}


@given(LINE)
def test_any_line_in_quotes_comes_back_exactly(typed: str) -> None:
    single = typed.replace("'", "''")
    assert read(f"- {json.dumps(typed, ensure_ascii=False)}\n- '{single}'".encode()) == [typed, typed]


@given(TREES)
def test_any_data_written_as_json_comes_back(tree: Any) -> None:
    written = json.dumps({"tree": tree}, ensure_ascii=False)
    assert read(written.encode()) == {"tree": tree}


@given(st.binary(max_size=200) | st.text("[]{}:,-?&*!|>'\"#%@` \n\tab\\", max_size=60).map(str.encode))
@example(b"\xff\xfe\x00\x00")
@example(b"? ? ? :\n")
@example(b"%TAG ! x\n--- !a\n")
def test_no_bytes_do_anything_but_load_or_be_refused(data: bytes) -> None:
    outcome = tree_or_places(data)
    assert outcome
    if isinstance(outcome, tuple):
        assert min(line for line, _ in outcome) >= 1
        assert min(column for _, column in outcome) >= 1


def tree_or_places(data: bytes) -> object:
    """The wrapped tree, or the places of the problems."""
    try:
        return [read(data)]
    except RefusedFile as refused:
        return tuple((problem.line, problem.column) for problem in refused.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, 1, "empty_file")]),
        ("# chỉ có chú thích\n", [(1, 1, "empty_file")]),
        ("---\n", [(2, 1, "empty_file")]),
        ("a: 1\n---\nb: 2\n", [(2, 1, "several_documents")]),
        ("a: &x 1\nb: *x\n", [(1, 4, "anchor"), (2, 4, "alias")]),
        ("a: !!python/name:os.system x\n", [(1, 4, "tag")]),
        ("a: ! x\n", [(1, 4, "tag")]),
        ("a: {<<: {b: 1}}\n", [(1, 5, "merge_key")]),
        ("? [a]\n: 1\n? {b: 2}\n: 3\n", [(1, 3, "key_not_text"), (3, 3, "key_not_text")]),
        ("*x : 1\n", [(1, 1, "alias")]),
        ("{? : 1}\n", [(1, 4, "empty_key")]),
        ("?\n: 1\n", [(1, 2, "empty_key")]),
        ("a: 1\nb: 2\na: 3\n", [(3, 1, "duplicate_key")]),
        ('a: 1\n"a": 3\n', [(2, 1, "duplicate_key")]),
        ("a:\n\tb: 1\n", [(2, 1, "tab_indentation")]),
        ("a: [\n\tb]\n", [(2, 2, "tab_indentation")]),
        ('a: "\\0"\n', [(1, 4, "control_character")]),
        ('a: "\\r"\n', [(1, 4, "control_character")]),
        ('"\\e": 1\n', [(1, 1, "control_character")]),
        ("a: b: c\n", [(1, 5, "stray_colon")]),
        ("a: 1\nb\nc: 2\n", [(2, 1, "missing_colon")]),
        ('a: 1\nb: "hai\nc: 3\n', [(2, 4, "unclosed_quote")]),
        ('a: "b" c\n', [(1, 8, "text_after_quote")]),
        ("a: [b, c\nd: 1\n", [(1, 4, "unclosed_bracket")]),
        ("a: @b\n", [(1, 4, "reserved_character")]),
        ('a: "\\q"\n', [(1, 5, "bad_escape")]),
        ("a:\n  - b\n c: 1\n", [(3, 2, "bad_indentation")]),
        ("a: *\n", [(1, 5, "bad_syntax")]),
    ],
)
def test_refusals_name_the_place(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert places(text.encode()) == expected


def test_control_characters_and_broken_bytes_are_all_named() -> None:
    data = "a: Độc\nb: l".encode() + b"\xe1\xba" + "\nc: x\x00\x07\nd: \u2028\ne: \x85\n".encode()
    found = problems(data)
    assert [(p.line, p.column, p.code) for p in found] == [
        (2, 5, "broken_utf8"),
        (3, 5, "control_character"),
        (4, 4, "control_character"),
        (5, 4, "control_character"),
    ]
    assert found[0].params == {"byte": "0xE1"}
    assert found[0].source_line == "b: l\ufffd\ufffd"
    assert found[1].params == {"character": "U+0000"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    assert places("a: Độc lập\n".encode(encoding)) == [(1, 1, "wrong_encoding")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04\x14\0\x06\0", "office_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office_file"),
        (b"%PDF-1.7\n", "not_a_text_file"),
        (b"\x89PNG\r\n\x1a\n", "not_a_text_file"),
        (b"\xff\xd8\xff\xe0", "not_a_text_file"),
        (b"GIF89a", "not_a_text_file"),
        (b"\x1f\x8b\x08", "not_a_text_file"),
        (b"{\\rtf1", "not_a_text_file"),
        (b"\x7fELF", "not_a_text_file"),
    ],
)
def test_other_kinds_of_files_are_told_by_their_content(data: bytes, code: str) -> None:
    assert places(data + bytes(100)) == [(1, 1, code)]


def test_a_file_in_an_old_encoding_is_told_once() -> None:
    """Windows-1258 and TCVN3 break nearly every line; nobody wants to read of each."""
    old = "".join(f"- a{number}: {chr(0xEA)}\n" for number in range(50)).encode("cp1258")
    (problem,) = problems(b"# one\n" + old)
    assert (problem.line, problem.code, problem.params) == (2, "old_encoding", {"count": 50})
    assert {code for _, _, code in places(b"a: \xea\nb: \xea\nc: \xea\n")} == {"broken_utf8"}


def test_fifty_megabytes_are_refused_by_their_number() -> None:
    assert places(b"a: " + b"x" * 50_000_000) == [(1, 1, "file_too_large")]


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [id]", "!!python/object:os.x {}", "!!python/module:os", "!!binary aGk="]
)
def test_no_tag_makes_anything_but_a_refusal(tag: str) -> None:
    assert (1, 4, "tag") in places(f"a: {tag}\n".encode())


def test_lines_are_counted_as_editors_do() -> None:
    assert places(b"\xef\xbb\xbfa: 1\r\nb: 2\r\na: 3\r\n") == [(3, 1, "duplicate_key")]
    assert problems("ẩ: {x: 1, ẩ: 2, x: 3}\n".encode())[0].column == 17


def test_lesser_mistakes_are_collected_and_the_first_value_stands() -> None:
    tree, source = load(b"a: 1\na: [*x]\nb: !t &y 2\n? {k: v}\n: 3\n", name="f.yaml")
    assert tree == {"a": "1", "b": "2"}
    with pytest.raises(RefusedFile) as refused:
        source.refuse_problems()
    found = [problem.code for problem in refused.value.problems]
    assert found == ["duplicate_key", "alias", "anchor", "tag", "key_not_text"]


def test_limits() -> None:
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read(deep) is not None
    assert places("[" + deep + "]") == [(1, MAX_DEPTH + 1, "too_deep")]
    most = "- a\n" * (MAX_NODES - 1)
    assert read(most) == ["a"] * (MAX_NODES - 1)
    assert places(most + "- a\n") == [(MAX_NODES, 3, "too_many_nodes")]
    assert places(b"a: 12345", max_bytes=7) == [(1, 1, "file_too_large")]
    assert read(b"a: 12345", max_bytes=8) == {"a": "12345"}


def test_a_flood_of_problems_is_cut_and_counted() -> None:
    found = problems("- &a b\n" * (MAX_PROBLEMS + 50))
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].code == "more_problems"
    assert found[-1].params == {"count": 50}


ATTACKS = """
from quizapp.strict_yaml import RefusedFile, load
openings = ["[", "{", "{? ", "? ", "- ", "[\\n", "[a,", "{a: ", "- - ? ", "[" * 500 + "]" * 500]
for opening in openings:
    for length in (3_000, 200_000, 5_000_000):
        try:
            load((opening * (length // len(opening))).encode(), name="f.yaml")
        except RefusedFile as refused:
            print(refused.problems[-1].code)
print("alive")
"""


def test_absurd_nesting_is_refused_and_the_process_lives() -> None:
    """In a process of its own, because composing such a file kills the process without any exception."""
    ended = subprocess.run([sys.executable, "-c", ATTACKS], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == ["too_deep"] * 30 + ["alive"]


def test_aliases_do_not_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True))
    tree, _ = load(bomb.encode(), name="f.yaml")
    assert tree == {"a": ["x", "x"], **{key: [None, None] for key in "bcdefgh"}}


def test_source_map_knows_every_place() -> None:
    _, source = load("a:\n  - b: Độc lập\n    c: [x, y]\n".encode(), name="f.yaml")
    assert source.place(("a", 0, "b")).column == 8
    assert source.place(("a", 0, "c", 1)) == source.place_at(3, 12)
    assert source.place(("a", 0, "c"), at_key=True).column == 5
    assert source.place(("a", 0, "missing", "deeper")) == source.place(("a", 0))
    assert source.place(("a", 0, "b")).source_line == "  - b: Độc lập"
    assert ("a", 0, "c", 1) in source
    assert ("a", 1) not in source
    problem = source.problem(("a", 0, "b"), "foreign_answer", hint="B", value="E")
    assert (problem.file, problem.line, problem.column, problem.path) == ("f.yaml", 2, 8, "a[0].b")
    assert (problem.params, problem.hint) == ({"value": "E"}, "B")


def test_long_lines_and_values_are_cut_in_messages() -> None:
    (problem,) = problems("a: " + "!" + "t" * 5000 + " x")
    assert len(problem.source_line) == 240
    assert len(str(problem.params["tag"])) == 121
