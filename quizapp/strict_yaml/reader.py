"""Bytes to plain data and a map of where everything was typed.

The tree is built from the parser's events, which come one by one however deep the file nests; composing the whole
document, as `yaml.load` does, recurses in C and kills the process on a file of 200,000 opening brackets.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from quizapp.strict_yaml.problems import Path, Place, SourceMap

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 12
MAX_NODES = 200_000

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte that is not UTF-8
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
_UNREADABLE = re.compile(f"[{_CONTROLS}\udc80-\udcff]")
_ESCAPED_CONTROL = re.compile(f"[{_CONTROLS}\r]")
_TAB_INDENT = re.compile(r" *\t\s*")

# How files begin that somebody takes for the text that was asked for; what they are called is never looked at.
_OFFICE_FILES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_NO_TEXTS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf1",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!\x1a",
    b"\x7fELF",
)
# So many lines that are not UTF-8 are no slips: the whole file is in another encoding.
_SLIPS = 3

# What libyaml says, and what is nearly always the author's slip behind it.
_SYNTAX_CODES = {
    "mapping values are not allowed in this context": "stray_colon",
    "found unexpected end of stream": "unclosed_quote",
    "found unknown escape character": "bad_escape",
    "found invalid Unicode character escape code": "bad_escape",
    "did not find expected hexdecimal number": "bad_escape",
    "did not find expected ',' or ']'": "unclosed_bracket",
    "did not find expected ',' or '}'": "unclosed_bracket",
    "found a tab character that violates indentation": "tab_indentation",
    "found a tab character where an indentation space is expected": "tab_indentation",
    "did not find expected key": "bad_indentation",
    "did not find expected '-' indicator": "bad_indentation",
    "block sequence entries are not allowed in this context": "bad_indentation",
    "could not find expected ':'": "missing_colon",
}
# These are best shown where the thing began, not where the parser gave up.
_SHOWN_AT_START = {"unclosed_quote", "unclosed_bracket", "missing_colon"}


def load(data: bytes, *, name: str, max_bytes: int = MAX_BYTES) -> tuple[object, SourceMap]:
    """The file's content as dicts, lists, texts and None, and the map of where each was typed.

    `name` stands in messages. Raises RefusedFile when the bytes cannot be read as one YAML document within the
    limits; lesser mistakes (a key typed twice, an alias) wait in the map for `SourceMap.refuse_problems`.
    """
    typed, source = decode(data, name, max_bytes)
    reader = _Reader(source, typed)
    try:
        for event in yaml.parse(typed, Loader=yaml.CSafeLoader):
            reader.take(event)
    except yaml.YAMLError as error:
        _report_syntax(error, source)
        source.refuse_problems()
    if reader.root is None:
        source.report((), "empty_file")
        source.refuse_problems()
    return reader.root, source


def decode(data: bytes, name: str, max_bytes: int) -> tuple[str, SourceMap]:
    """The text without its byte-order mark; RefusedFile names the line of each byte or character that is not text."""
    source = SourceMap(name, [])
    if len(data) > max_bytes:
        source.report((), "file_too_large", actual=len(data), maximum=max_bytes)
    elif data.startswith(_OFFICE_FILES):
        source.report((), "office_file")
    elif data.startswith(_NO_TEXTS):
        source.report((), "not_a_text_file")
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(data) > 1 and (data[0] == 0) != (data[1] == 0)):
        source.report((), "wrong_encoding")
    source.refuse_problems()
    typed = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    lines = _LINE_BREAK.split(typed)
    if not _UNREADABLE.search(typed):
        return typed, SourceMap(name, lines)
    source = SourceMap(name, [_UNREADABLE.sub("\ufffd", line) for line in lines])
    broken = [number for number, line in enumerate(lines, start=1) if _BROKEN_BYTE.search(line)]
    if len(broken) > _SLIPS:
        source.report((), "old_encoding", place=source.place_at(broken[0], 1), count=len(broken))
        source.refuse_problems()
    for number, line in enumerate(lines, start=1):
        if bad := _UNREADABLE.search(line):
            _report_unreadable(bad[0], source.place_at(number, bad.start() + 1), source)
    source.refuse_problems()
    return typed, source


def _report_unreadable(char: str, place: Place, source: SourceMap) -> None:
    if _BROKEN_BYTE.match(char):
        source.report((), "broken_utf8", place=place, byte=f"0x{ord(char) - 0xDC00:02X}")
    else:
        source.report((), "control_character", place=place, character=f"U+{ord(char):04X}")


@dataclass
class _Open:
    """A mapping or a list whose end has not been read yet."""

    holder: dict[str, object] | list[object]
    path: Path
    key: str | None = None  # in a mapping: the key whose value comes next
    drops_value: bool = False  # that value belongs to a key which was refused


class _Reader:
    """Builds the tree and fills the map, event by event."""

    def __init__(self, source: SourceMap, typed: str) -> None:
        self.root: object = None
        self._source = source
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0
        self._tab_indents = {
            number: indent.end()
            for number, line in enumerate(_LINE_BREAK.split(typed), start=1)
            if (indent := _TAB_INDENT.match(line))
        }

    def take(self, event: yaml.Event) -> None:
        """One event of the parser; raises RefusedFile when a limit is passed, before anything else is read."""
        if isinstance(event, yaml.NodeEvent):
            self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop("several_documents", _place_of(event, self._source))

    def _take_node(self, event: yaml.NodeEvent) -> None:
        place = _place_of(event, self._source)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop("too_many_nodes", place, maximum=MAX_NODES)
        holder = self._open[-1] if self._open else None
        path = self._path_of_next(holder)
        self._refuse_decoration(event, path, place)
        if holder is not None and isinstance(holder.holder, dict) and holder.key is None:
            self._take_key(event, holder, place)
        else:
            self._source.remember(path, line=place.line, column=place.column)
            self._put(self._value(event, path, place), holder)

    def _path_of_next(self, holder: _Open | None) -> Path:
        if holder is None:
            return ()
        if isinstance(holder.holder, list):
            return (*holder.path, len(holder.holder))
        return holder.path if holder.key is None else (*holder.path, holder.key)

    def _refuse_decoration(self, event: yaml.NodeEvent, path: Path, place: Place) -> None:
        """Report what YAML allows around a node and a file for people must not have."""
        if isinstance(event, yaml.AliasEvent):
            self._source.report(path, "alias", place=place, name=event.anchor)
        elif event.anchor is not None:
            self._source.report(path, "anchor", place=place, name=event.anchor)
        if (tag := getattr(event, "tag", None)) is not None:
            self._source.report(path, "tag", place=place, tag=tag)
        if self._tab_indents.get(place.line) == place.column - 1:
            self._source.report(path, "tab_indentation", place=place)

    def _take_key(self, event: yaml.NodeEvent, holder: _Open, place: Place) -> None:
        holder.key, holder.drops_value = "?", True
        if isinstance(event, yaml.CollectionStartEvent):
            self._source.report(holder.path, "key_not_text", place=place)
            self._push(event, (*holder.path, "?"), place)
        elif isinstance(event, yaml.ScalarEvent):
            holder.key = event.value
            holder.drops_value = self._refuse_key(event, holder, place)
            self._source.remember_key((*holder.path, event.value), line=place.line, column=place.column)

    def _refuse_key(self, event: yaml.ScalarEvent, holder: _Open, place: Place) -> bool:
        """Report a key that cannot be taken; False when all is well."""
        path = (*holder.path, event.value)
        if not event.style and event.value == "":
            self._source.report(path, "empty_key", place=place)
        elif not event.style and event.value == "<<":
            self._source.report(path, "merge_key", place=place)
        elif event.value in holder.holder:
            first = self._source.place(path, at_key=True)
            self._source.report(path, "duplicate_key", place=place, key=event.value, first_line=first.line)
        else:
            return self._refuse_controls(event, path, place)
        return True

    def _value(self, event: yaml.NodeEvent, path: Path, place: Place) -> object:
        """What goes into the tree for a scalar, an alias (nothing) or the start of a collection."""
        if isinstance(event, yaml.CollectionStartEvent):
            return self._push(event, path, place)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_controls(event, path, place)
            return event.value if event.style or event.value else None
        self._source.mute(path)
        return None

    def _refuse_controls(self, event: yaml.ScalarEvent, path: Path, place: Place) -> bool:
        """Report a control character that came in by an escape such as "\\0"."""
        bad = _ESCAPED_CONTROL.search(event.value) if event.style == '"' else None
        if bad:
            self._source.report(path, "control_character", place=place, character=f"U+{ord(bad[0]):04X}")
        return bad is not None

    def _push(self, event: yaml.NodeEvent, path: Path, place: Place) -> object:
        holder: dict[str, object] | list[object] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(holder, path))
        if len(self._open) > MAX_DEPTH:
            self._stop("too_deep", place, maximum=MAX_DEPTH)
        return holder

    def _put(self, value: object, holder: _Open | None) -> None:
        if holder is None:
            self.root = value
        elif isinstance(holder.holder, list):
            holder.holder.append(value)
        else:
            if holder.key is not None and not holder.drops_value:
                holder.holder[holder.key] = value
            holder.key = None

    def _stop(self, code: str, place: Place, **params: Any) -> None:
        self._source.report((), code, place=place, **params)
        self._source.refuse_problems()


def _place_of(event: yaml.Event, source: SourceMap) -> Place:
    return source.place_at(event.start_mark.line + 1, event.start_mark.column + 1)


def _report_syntax(error: yaml.YAMLError, source: SourceMap) -> None:
    """Report what the parser stumbled over, by the author's slip rather than by the parser's state."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    code = _SYNTAX_CODES.get(problem, "bad_syntax")
    if code in _SHOWN_AT_START:
        mark = getattr(error, "context_mark", None) or mark
    place = source.place_at(mark.line + 1, mark.column + 1) if mark else source.place_at(1, 1)
    before, char = place.source_line[: place.column - 1], place.source_line[place.column - 1 :][:1]
    if problem == "found character that cannot start any token":
        code = "tab_indentation" if char == "\t" else "reserved_character"
    elif code == "bad_indentation" and before.rstrip().endswith(("'", '"')):
        code = "text_after_quote"
    params: dict[str, Any] = {"bad_syntax": {"detail": problem}, "reserved_character": {"character": char}}.get(
        code, {}
    )
    source.report((), code, place=place, **params)
