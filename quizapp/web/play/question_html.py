"""A question of an open paper as HTML, kept by how it is shown.

Everybody's paper has other questions in another order, but one question in one order of its options looks the same in
every paper, up to its number and revision. Rendering is most of what a paper's page costs, and a crowd opens papers in
the same minute.
"""

from functools import lru_cache

from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup

from quizapp.web.play.paper_context import OpenPaper, PaperQuestion

# Characters of no script, in the places of what differs.
_NUMBER, _REV = "\ue000", "\ue001"
_MOST_KEPT = 20_000


def question_html(paper: OpenPaper, item: PaperQuestion) -> Markup:
    """The fieldset of a question, as the template `components/question.html` makes it."""
    shown = _Shown(item, paper.total, f"{paper.rules_hash} {get_locale()}")
    return Markup(_rendered(shown).replace(_NUMBER, str(item.number)).replace(_REV, str(item.rev)))  # noqa: S704


class _Shown:
    """A question with what its look depends on, by which it is kept; `where` names its snapshot and the language."""

    def __init__(self, item: PaperQuestion, total: int, where: str) -> None:
        self.item = item
        self.total = total
        order = tuple(key for key, _ in item.options)
        self._key = (where, total, item.ref, order, item.chosen, item.is_flagged)
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self._key == other._key


@lru_cache(maxsize=_MOST_KEPT)
def _rendered(shown: _Shown) -> str:
    item = shown.item
    macro = current_app.jinja_env.get_template("components/question.html").module.question  # type: ignore[attr-defined]
    return str(
        macro(
            _NUMBER,
            shown.total,
            item.question.text,
            item.options,
            item.ref,
            kind="multiple" if item.question.is_multiple else "single",
            selected=item.chosen,
            flagged=item.is_flagged,
            image=item.question.image,
            saved=item.is_answered,
            rev=_REV,
        )
    )
