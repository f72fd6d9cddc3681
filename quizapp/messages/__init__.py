"""All sentences for people, by code: Vietnamese is the gettext source, translated by the app's catalogues.

Without an app context (a script, a command before the app exists) the Vietnamese source text is given.
"""

from quizapp.messages.api import API
from quizapp.messages.areas import AREA_FILES, AREA_NOTES, AREA_REFUSALS
from quizapp.messages.audit import AUDIT
from quizapp.messages.awards import AWARDS
from quizapp.messages.backups import BACKUPS
from quizapp.messages.collectives import COLLECTIVES
from quizapp.messages.common import COMMON
from quizapp.messages.contests import AMENDMENTS, CONTEST_PROBLEMS, CONTEST_REFUSALS
from quizapp.messages.errors import REFUSALS
from quizapp.messages.files import FILE_PROBLEMS, HINT
from quizapp.messages.late import LATE
from quizapp.messages.lifecycle import LIFECYCLE
from quizapp.messages.lint import BANK_LINES, FINDINGS, SEVERITIES
from quizapp.messages.people import PEOPLE
from quizapp.messages.play import PLAY
from quizapp.messages.records import RECORDS
from quizapp.messages.rulings import RULINGS
from quizapp.messages.staff import STAFF_REFUSALS
from quizapp.strict_yaml import Problem

_SENTENCES = {
    **API,
    **COMMON,
    **REFUSALS,
    **FILE_PROBLEMS,
    **FINDINGS,
    **SEVERITIES,
    **BANK_LINES,
    **AREA_REFUSALS,
    **AREA_FILES,
    **AREA_NOTES,
    **CONTEST_PROBLEMS,
    **CONTEST_REFUSALS,
    **AMENDMENTS,
    **STAFF_REFUSALS,
    **PLAY,
    **LIFECYCLE,
    **LATE,
    **PEOPLE,
    **AUDIT,
    **AWARDS,
    **BACKUPS,
    **COLLECTIVES,
    **RECORDS,
    **RULINGS,
}

CODES = frozenset(_SENTENCES)


def text_of(code: str, /, **params: object) -> str:
    """The sentence of `code` in the reader's language, filled with `params` (lists are joined with commas).

    Raises KeyError for a code that has no sentence, and for a parameter that the sentence needs and did not get.
    """
    return str(_SENTENCES[code]) % {name: _shown(value) for name, value in params.items()}


def problem_text(problem: Problem) -> str:
    """`file:line:column path: sentence`, the line of the file with a caret below the place, and the hint.

    Lines that would be empty are left out.
    """
    where = f"{problem.file}:{problem.line}:{problem.column}"
    head = f"{where} {problem.path}" if problem.path else where
    lines = [f"{head}: {text_of(problem.code, **problem.params)}"]
    before = problem.source_line[: problem.column - 1]
    if problem.source_line.strip() and len(before) == problem.column - 1:
        blank = "".join("\t" if char == "\t" else " " for char in before)
        lines += [f"  {problem.source_line}", f"  {blank}^"]
    if problem.hint:
        lines.append("  " + str(HINT) % {"hint": problem.hint})
    return "\n".join(lines)


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
