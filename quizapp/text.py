"""Vietnamese text: one form, one order, one way to search.

Sorting follows the Vietnamese dictionary order (letters first, then marks a ă â, d đ, e ê, o ô ơ, u ư, then tones
ngang, huyền, hỏi, ngã, sắc, nặng) with a key of plain bytes, because only some PostgreSQL builds carry an ICU
collation and SQLite none.
"""

import re
import unicodedata

# Tone marks in the order of the Vietnamese alphabet (TCVN 6909 dictionaries): huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS = {letter: i + 1 for i, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_BLANKS = re.compile(r"\s+")
# Typed for the same letter: curly apostrophes, and the Icelandic eth that old fonts show as đ.
_SAME = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00f0": "đ"})
_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f]")
# Nothing is to be seen of these: joiners, direction marks, fillers, variation selectors, tags, half surrogates.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e0fff]"
)
# No writing puts more marks on one letter (Vietnamese two). Towers of marks hide the lines around them, and putting
# thousands of them into their order takes the machine minutes.
MOST_MARKS = 10
_MAYBE_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{MOST_MARKS + 1},}}")


def clean(typed: str) -> str:
    """What a person typed, in NFC, without control or invisible characters or towers of marks, blanks collapsed and
    trimmed."""
    visible = few_marks(_CONTROLS.sub(" ", _INVISIBLE.sub("", typed)))
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def few_marks(typed: str) -> str:
    """The text without the marks that are too many on their letter; ask this before any text is normalized."""
    return _MAYBE_MARKS.sub(_thinned, typed)


def _thinned(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def fold(text: str) -> str:
    """The text for searching: lower case, no marks, đ as d; "Đăk Pơ" and "đak pơ" both become "dak po"."""
    lowered = unicodedata.normalize("NFD", few_marks(text.casefold().translate(_SAME))).replace("đ", "d")
    stripped = "".join(ch for ch in lowered if not unicodedata.combining(ch))
    return _BLANKS.sub(" ", stripped).strip()


def sort_key(text: str) -> bytes:
    """Bytes that compare as Vietnamese dictionaries order the texts: word by word, letters before tones."""
    words = [_word_key(word) for word in clean(text).casefold().translate(_SAME).split(" ")]
    letters = b"\x01".join(letters for letters, _ in words)
    tones = b"\x01".join(tones for _, tones in words)
    return letters + b"\x00" + tones


def name_sort_key(full_name: str) -> bytes:
    """The key of a person's name as Vietnamese lists order it: given name (the last word) first, then the rest."""
    words = clean(full_name).split(" ")
    return sort_key(words[-1]) + b"\x00" + sort_key(" ".join(words[:-1]))


def identity_form(name: str) -> str:
    """The form in which two spellings of one name are equal: case, blanks, and where in a word the tone is written
    ("Hoà" and "Hòa"), but never the letters or the tones themselves ("Hà" is not "Hạ")."""
    words = []
    for word in clean(name).casefold().translate(_SAME).split(" "):
        parts = unicodedata.normalize("NFD", word)
        tones = sorted(mark for mark in parts if mark in _TONES)
        letters = [mark for mark in parts if mark not in _TONES]
        # Where that would make a tower of them, the tones of what is no word stay where they are.
        moved = unicodedata.normalize("NFC", "".join(letters + tones)) if len(tones) <= MOST_MARKS else word
        words.append(moved if few_marks(moved) == moved else word)
    return " ".join(words)


def _word_key(word: str) -> tuple[bytes, bytes]:
    """(letters, tones) of one word; a digit sorts before the letters, anything else after them by code point."""
    letters, tones = bytearray(), bytearray()
    for char in word:
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        if base in _LETTERS:
            letters.append(0x20 + _LETTERS[base])
        elif base.isdigit() and base.isascii():
            letters.append(0x10 + int(base))
        else:
            letters.append(0x60)
            letters.extend(f"{ord(base[0]) if base else 0:06x}".encode())
        tones.append(0x10 + tone)
    return bytes(letters), bytes(tones)
