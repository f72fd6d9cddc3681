"""The questions of an open paper as HTML, put together from kept parts.

Everybody's paper has other questions in another order, but each question, each of its choices under each letter, and
what stands below are the same in every paper, up to the question's number and the revision of its answer. Rendering is
most of what a paper's page costs, and a crowd opens papers in the same minute.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app

from quizapp.attempts.own_papers import OwnPaper
from quizapp.contests.rules import SnapshotQuestion
from quizapp.web.play.kept_parts import KeptParts, NotKept, new_mark

_LETTERS = "ABCDEFGH"
_NUMBER, _REV, _LETTER = new_mark(), new_mark(), new_mark()


class Look(NamedTuple):
    """What the same part looks different by: the path that addresses begin with, and the language."""

    root: str
    language: str


@dataclass(frozen=True)
class QuestionsHtml:
    """All questions of a paper, the links to them, and how many have an answer."""

    questions: bytes
    links: bytes
    answered: int


def questions_html(paper: OwnPaper, flags: Collection[int], look: Look, *, renders: bool) -> QuestionsHtml:
    """The paper's questions with what is stored; `flags` are numbers of questions.

    Unless it `renders` what is not kept, it raises NotKept. It renders in the language of the request.
    """
    snapshot, lines = paper.snapshot, paper.lines
    where = (snapshot.content_hash, len(lines), look)
    questions, links, answered = [], [], 0
    for number, (ref, keys) in enumerate(lines, 1):
        question = _questions.get((where, ref))
        if question is None:
            question = _rendered(renders, _questions, (where, ref), _question, snapshot.questions[ref], len(lines))
        stored = paper.answers.get(ref)
        chosen, rev = (stored.options, stored.rev) if stored else ((), 0)
        marks = (bool(chosen), number in flags)
        foot = _feet.get((look, marks)) or _rendered(renders, _feet, (look, marks), _foot, *marks)
        written = b"%d" % number
        questions.append(question.html(written, b"%d" % rev, keys, chosen, foot))
        link = _links.get((look, marks)) or _rendered(renders, _links, (look, marks), _link, *marks)
        links.append(written.join(link))
        answered += marks[0]
    return QuestionsHtml(b"".join(questions), b"".join(links), answered)


class _Question(NamedTuple):
    """A question between whose parts its number stands: of its head, the parts before and behind the revision.

    `lead` is how every choice begins, up to the number; `choices` how they go on, by key, place and whether chosen.
    """

    before_rev: list[bytes]
    after_rev: list[bytes]
    lead: bytes
    choices: Mapping[tuple[str, int, bool], bytes]

    def html(
        self, number: bytes, rev: bytes, keys: Sequence[str], chosen: Collection[str], foot: Sequence[bytes]
    ) -> bytes:
        *first, last = [self.choices[key, place, key in chosen] for place, key in enumerate(keys)]
        parts = [
            *self.before_rev[:-1],
            self.before_rev[-1] + rev + self.after_rev[0],
            *self.after_rev[1:-1],
            self.after_rev[-1] + self.lead,
            *[choice + self.lead for choice in first],
            last + foot[0],
            *foot[1:],
        ]
        return number.join(parts)


# A contest has some hundred questions, in two languages; each takes about 16 KB.
_questions: KeptParts[_Question] = KeptParts(2000)
_feet: KeptParts[list[bytes]] = KeptParts(100)
_links: KeptParts[list[bytes]] = KeptParts(100)


def _rendered(renders: bool, kept: KeptParts[Any], key: object, render: Callable[..., Any], *about: object) -> Any:
    if not renders:
        raise NotKept
    macros = current_app.jinja_env.get_template("components/question.html").module
    return kept.keep(key, render(macros, *about))


def _question(macros: Any, question: SnapshotQuestion, total: int) -> _Question:
    kind = "multiple" if question.is_multiple else "single"
    head = macros.question_head(_NUMBER, total, question.text, question.ref, kind, question.image, _REV)
    before, after = f"    {head}".split(_REV)
    lead, choices = b"", {}
    for key, text in question.options:
        for is_chosen in (False, True):
            lead, rest = _numbered(macros.question_choice(_NUMBER, kind, key, _LETTER, text, is_chosen))
            for place in range(len(question.options)):
                choices[key, place, is_chosen] = rest.replace(_LETTER.encode(), _LETTERS[place].encode())
    return _Question(_numbered(before), _numbered(after), lead, choices)


def _foot(macros: Any, is_saved: bool, is_flagged: bool) -> list[bytes]:
    return _numbered(f"{macros.question_foot(_NUMBER, is_saved, is_flagged)}\n")


def _link(macros: Any, is_answered: bool, is_flagged: bool) -> list[bytes]:
    return _numbered(macros.question_link(_NUMBER, is_answered, is_flagged))


def _numbered(html: str) -> list[bytes]:
    """The parts between which the question's number stands."""
    return [part.encode() for part in str(html).split(_NUMBER)]
