"""docs/security.md answers every requirement of ASVS 5.0.0, levels 1 and 2, and names nothing that does not exist."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "security.md"
# The level of each requirement, in order, by section: ASVS 5.0.0 as published.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
ASKED = {
    f"{section}.{number}": int(level)
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, start=1)
    if level != "3"
}
# What stands in backticks and is meant as a file: a path below one of these, or one of these files.
FOLDERS = re.compile(
    r"(\.ci|bench|data|deploy|docs|faults|fuzz|migrations|question_banks|quizapp|scripts|simulation|static|templates|tests)/"
)
FILES = (
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "gunicorn.conf.py",
    "pyproject.toml",
    "requirements.in",
    "requirements.txt",
)
_ID = re.compile(r"(\*\*)?(\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))?(?:\*\*)?")
_KINDS = ("met, shown by a test", "met by a setting, the code or this page", "does not apply", "not yet")


def rows() -> list[tuple[str, str]]:
    """(id or range, answer) of every requirement, in the order of the page."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) == 3 and _ID.fullmatch(cells[0]):
            found.append((cells[0], cells[2]))
    return found


def ids_of(cell: str) -> list[str]:
    """The requirements of levels 1 and 2 that a row is about."""
    found = _ID.fullmatch(cell)
    assert found, cell
    if found[3] is None:
        return [found[2]]
    asked = list(ASKED)
    return asked[asked.index(found[2]) : asked.index(found[3]) + 1]


def kind_of(answer: str) -> str:
    """Which of the four kinds of answer it is."""
    if answer.startswith("Not yet: "):
        return "not yet"
    if answer.startswith("Does not apply: "):
        return "does not apply"
    return _KINDS[0] if re.search(r"`tests/[^`]+`", answer) else _KINDS[1]


@cache
def text_of(path: str) -> str:
    """The text of a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


def quoted() -> list[str]:
    """Whatever stands in backticks, without the blocks of commands."""
    prose = re.sub(r"^```.*?^```", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", prose)


def named_files() -> list[tuple[str, str]]:
    """(path, name inside of it or "") of whatever is named as a file."""
    found = []
    for word in quoted():
        path, _, name = word.partition("::")
        if path in FILES or FOLDERS.match(path):
            found.append((path.rstrip("/"), name))
    return found


def test_every_requirement_of_levels_1_and_2_is_answered_once_and_in_order() -> None:
    assert (len(ASKED), Counter(ASKED.values())) == (253, {1: 70, 2: 183})
    assert [each for cell, _ in rows() for each in ids_of(cell)] == list(ASKED)


def test_level_1_is_told_by_bold_ids() -> None:
    singles = [cell for cell, _ in rows() if "–" not in cell]
    assert [cell for cell in singles if cell.startswith("**") != (ASKED[ids_of(cell)[0]] == 1)] == []


def test_every_answer_says_something() -> None:
    assert [cell for cell, answer in rows() if len(answer) < 10 or "TBD" in answer] == []


def test_the_counts_are_those_of_the_rows() -> None:
    counted = Counter(dict.fromkeys(_KINDS, 0))
    for cell, answer in rows():
        counted[kind_of(answer)] += len(ids_of(cell))
    told = {
        kind: int(number)
        for kind, number in re.findall(r"^\| ([a-z ,]+) \| (\d+) \|$", text_of("docs/security.md"), re.M)
    }
    assert told == dict(counted)


def test_what_is_not_yet_met_is_listed_at_the_end() -> None:
    listed = text_of("docs/security.md").split("\n## Not yet\n")[1]
    missing = [each for cell, answer in rows() if kind_of(answer) == "not yet" for each in ids_of(cell)]
    assert re.findall(r"^- ([\d.]+) ", listed, re.M) == missing


def test_every_file_that_is_named_exists() -> None:
    assert len(named_files()) > 100
    missing = [path for path, _ in named_files() if not list(ROOT.glob(path))]
    assert missing == []


def test_every_test_and_name_that_is_named_exists() -> None:
    missing = []
    for path, name in named_files():
        if not name or not (ROOT / path).is_file():
            continue
        defined = (
            rf"^(?:async )?def {name}\(" if path.startswith("tests/") else rf"^\s*(?:async def |def |class )?{name}\b"
        )
        if not re.search(defined, text_of(path), re.M):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_every_setting_that_is_named_exists() -> None:
    known = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("quizapp/**/*.py", "deploy/*.env*", "deploy/templates/*", "gunicorn.conf.py")
        for path in ROOT.glob(pattern)
        if path.is_file()
    )
    words = {word.partition("=")[0] for word in quoted() if re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+(=.*)?", word)}
    assert len(words) > 5
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", known)] == []


def test_every_link_leads_to_a_page() -> None:
    links = re.findall(r"\]\(([^)#\s]+)", PAGE.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (PAGE.parent / link).exists()] == []
