"""What is wrong with a file, and where."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from quizapp import errors, text

# The way to a value: keys and list indexes (from 0), such as ("questions", 3, "options", "B").
Path = tuple[str | int, ...]

# A file made to annoy could hold a mistake in each of its nodes; nobody reads more than this many.
MAX_PROBLEMS = 200
_MAX_LINE = 240
_MAX_PARAM = 120


@dataclass(frozen=True)
class Place:
    """A place in a file; line and column count from 1, `source_line` is cut to 240 characters."""

    line: int
    column: int
    source_line: str


@dataclass(frozen=True)
class Problem:
    """One mistake: `code` and `params` make the sentence, `hint` is the nearest thing that would have been right."""

    file: str
    line: int
    column: int
    path: str
    code: str
    params: dict[str, object]
    source_line: str
    hint: str | None


class RefusedFile(errors.Invalid):
    """A file that is not taken; `problems` has everything that is wrong with it, in the order of the file."""

    code = "file_refused"

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(file=file, count=len(self.problems), problems=[asdict(problem) for problem in self.problems])


class SourceMap:
    """Where each key and value of one file was typed, and the problems found so far."""

    def __init__(self, file: str, lines: Sequence[str]) -> None:
        self.file = file
        self._lines = lines
        self._values: dict[Path, tuple[int, int]] = {}
        self._keys: dict[Path, tuple[int, int]] = {}
        self._muted: set[Path] = set()
        self._problems: list[Problem] = []
        self._uncounted = 0

    def __contains__(self, path: Path) -> bool:
        """Whether something was typed at `path`."""
        return path in self._values

    @property
    def is_full(self) -> bool:
        """True when further problems are only counted."""
        return len(self._problems) >= MAX_PROBLEMS

    def remember(self, path: Path, *, line: int, column: int) -> None:
        """The value of `path` begins at `line`, `column` (from 1); the first one typed is kept."""
        self._values.setdefault(path, (line, column))

    def remember_key(self, path: Path, *, line: int, column: int) -> None:
        """The key that leads to `path` begins at `line`, `column` (from 1); the first one typed is kept."""
        self._keys.setdefault(path, (line, column))

    def mute(self, path: Path) -> None:
        """The value of `path` could not be read: say nothing more about it."""
        self._muted.add(path)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Where the value of `path` (or its key) was typed; for something that was not typed, what should hold it."""
        positions = self._keys if at_key and path in self._keys else self._values
        while path and path not in positions:
            path = path[:-1]
        return self.place_at(*positions.get(path, (1, 1)))

    def place_at(self, line: int, column: int) -> Place:
        """The place with its line of text; for positions without a path."""
        source_line = self._lines[line - 1] if line <= len(self._lines) else ""
        return Place(line, column, source_line[:_MAX_LINE])

    def problem(
        self, path: Path, code: str, /, *, place: Place | None = None, hint: str | None = None, **params: Any
    ) -> Problem:
        """A problem with the value of `path`, shown at `place` (default: where that value was typed)."""
        place = place or self.place(path)
        shown = {name: _shortened(value) for name, value in params.items()}
        return Problem(self.file, place.line, place.column, path_text(path), code, shown, place.source_line, hint)

    def report(
        self, path: Path, code: str, /, *, place: Place | None = None, hint: str | None = None, **params: Any
    ) -> None:
        """Keep a problem (arguments as for `problem`) for `refuse_problems`."""
        if self._muted and any(path[:length] in self._muted for length in range(len(path) + 1)):
            return
        if self.is_full:
            self._uncounted += 1
        else:
            self._problems.append(self.problem(path, code, place=place, hint=hint, **params))

    def refuse_problems(self) -> None:
        """Raise RefusedFile when anything was reported; otherwise do nothing."""
        if not self._problems:
            return
        found = sorted(self._problems, key=lambda problem: (problem.line, problem.column, problem.code))
        if self._uncounted:
            last = self.place_at(found[-1].line, found[-1].column)
            found.append(self.problem((), "more_problems", place=last, count=self._uncounted))
        raise RefusedFile(self.file, found)


def path_text(path: Path) -> str:
    """("questions", 3, "options", "B") as "questions[3].options.B"; "" for the whole file."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{_shortened(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was most likely meant by `typed`, marks and case aside; None when none is near."""
    folded = {text.fold(word): word for word in known}
    found = difflib.get_close_matches(text.fold(typed[:_MAX_PARAM]), folded, n=1)
    return folded[found[0]] if found else None


def _shortened(value: object) -> object:
    """The value; a text so long that it would drown the message is cut."""
    return value[:_MAX_PARAM] + "…" if isinstance(value, str) and len(value) > _MAX_PARAM else value
