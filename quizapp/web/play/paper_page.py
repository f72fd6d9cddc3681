"""The page of an open paper: a frame that is the same for everybody of a round, and each reader's own in it.

The template renders the frame with marks in the places of all that is one person's own; it is kept, and for each reader
the marks are replaced. So no reader's data can ever be in another's page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import current_app, render_template
from markupsafe import Markup, escape

from quizapp.web.entry_words import show_entry_code
from quizapp.web.filters import clock_time, day, moment_text
from quizapp.web.play.kept_parts import KeptParts, NotKept, new_mark
from quizapp.web.play.paper_context import OpenPaper
from quizapp.web.play.paper_form import PaperForm, paper_form
from quizapp.web.play.question_html import Look, questions_html

# The cookie's name; over HTTPS with a prefix (`THEME_COOKIE_NAME` of the configuration).
THEME = "theme"


@dataclass(frozen=True)
class Reader:
    """Who reads, as far as the page depends on it. `messages`: (kind, text) of what the last act has to say."""

    look: Look
    theme: str | None
    csrf_token: str
    messages: Sequence[tuple[str, str]] = ()


def theme_of(cookie: str | None) -> str | None:
    """The theme that a cookie asks for, where there is one of that name."""
    return cookie if cookie in ("light", "dark") else None


class About(NamedTuple):
    """What a frame depends on."""

    look: Look
    theme: str | None
    rules_hash: str
    title: str
    slug: str
    round_key: str
    round_label: str
    counts_down: bool
    has_guess: bool


# What is one person's own, by the names that the template gives it.
_OWN = (
    "answered", "attempt", "csrf_token", "day", "entry_code", "guess", "guess_rev", "links", "messages", "owner",
    "questions", "remaining_ms", "rev", "time", "total",
)  # fmt: skip
_MARKS: Mapping[str, str] = {name: new_mark() for name in _OWN}
_NAMES = {mark: name for name, mark in _MARKS.items()}
_ANY_MARK = re.compile("(" + "|".join(_NAMES) + ")")


class _Frame:
    """The page without what is anybody's own."""

    def __init__(self, html: str) -> None:
        parts = _ANY_MARK.split(html)
        # What was split by stands at every second place.
        self._parts = [b"" if place % 2 else part.encode() for place, part in enumerate(parts)]
        self._places = [(place, _NAMES[parts[place]]) for place in range(1, len(parts), 2)]

    def filled(self, own: Mapping[str, bytes]) -> bytes:
        """The page with a reader's own in it."""
        parts = self._parts.copy()
        for place, name in self._places:
            parts[place] = own[name]
        return b"".join(parts)


_frames: KeptParts[_Frame] = KeptParts(200)
# What stands in the place of messages where there are none, by look.
_silence: KeptParts[bytes] = KeptParts(20)


def paper_page(paper: OpenPaper, reader: Reader) -> bytes:
    """The page; what is not kept of it is rendered, in the language of the request, which is the reader's."""
    about = _about(paper, reader)
    frame = _frames.get(about) or _frames.keep(about, _render(paper, about, _form(paper)))
    return _filled(frame, paper, reader, renders=True)


def kept_paper_page(paper: OpenPaper, reader: Reader) -> bytes:
    """The page put together from what is kept, outside of requests as well. Raises NotKept."""
    frame = _frames.get(_about(paper, reader))
    if frame is None:
        raise NotKept
    return _filled(frame, paper, reader, renders=False)


def refused_paper_page(paper: OpenPaper, reader: Reader, errors: Mapping[str, str]) -> bytes:
    """The page with what was typed and why it was refused: {field: code}. Its frame is nobody else's."""
    form = _form(paper)
    form.add_errors(errors)
    return _filled(_render(paper, _about(paper, reader), form), paper, reader, renders=True)


def _about(paper: OpenPaper, reader: Reader) -> About:
    own = paper.own
    return About(
        look=reader.look,
        theme=reader.theme,
        rules_hash=own.snapshot.content_hash,
        title=own.title,
        slug=own.slug,
        round_key=own.round_key,
        round_label=own.round_label,
        counts_down=paper.counts_down,
        has_guess=own.prediction is not None,
    )


def _form(paper: OpenPaper) -> PaperForm:
    return paper_form(paper.prediction, rev=_MARKS["rev"], guess=_MARKS["guess"], csrf_token=_MARKS["csrf_token"])


def _render(paper: OpenPaper, about: About, form: PaperForm) -> _Frame:
    html = render_template(
        "play/paper.html",
        own=_MARKS,
        about=about,
        deadline=moment_text(_MARKS["time"], _MARKS["day"]),
        prediction=paper.prediction,
        form=form,
    )
    return _Frame(html)


def _filled(frame: _Frame, paper: OpenPaper, reader: Reader, *, renders: bool) -> bytes:
    own = paper.own
    html = questions_html(own, paper.flags, reader.look, renders=renders)
    texts = {
        "answered": html.answered,
        "attempt": own.public_id,
        "csrf_token": reader.csrf_token,
        "day": day(own.deadline),
        "entry_code": show_entry_code(own.entry_code),
        "guess": paper.stored_guess,
        "guess_rev": own.prediction_rev,
        "owner": own.owner,
        "remaining_ms": paper.remaining_ms,
        "rev": paper.rev,
        "time": clock_time(own.deadline),
        "total": len(own.lines),
    }
    filling = {name: escape(text).encode() for name, text in texts.items()}
    filling["questions"], filling["links"] = html.questions, html.links
    filling["messages"] = _messages(reader, renders=renders)
    return frame.filled(filling)


def _messages(reader: Reader, *, renders: bool) -> bytes:
    kept = None if reader.messages else _silence.get(reader.look)
    if kept is not None:
        return kept
    if not renders:
        raise NotKept
    macros = current_app.jinja_env.get_template("components/flash.html").module
    html: Markup = macros.flash_messages(reader.messages)  # type: ignore[attr-defined]
    return html.encode() if reader.messages else _silence.keep(reader.look, html.encode())
