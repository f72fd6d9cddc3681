"""Letters in a name that only look like the letters of the others: a Cyrillic а among Latin ones, Ð for Đ.

Such a name is stored and shown as it was typed; to whoever compares names by eye it is one that it is not. A name that
is written in another script as a whole is a name of that script.
"""

import re
import unicodedata

from quizapp.text import few_marks

# Of these scripts whole words can be put together that look Latin: capitals, then small letters.
_LIKE_LATIN = {
    "CYRILLIC": frozenset("АВЕЅЗІЈКМНОРСТУХҮҺԚԜӀаеѕіјорсухүһԛԝӏ"),
    "GREEK": frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορυχ"),
}
_MIXED = {"LATIN", *_LIKE_LATIN}
# In the place of Đ đ, of a, g, i, and raised: letters of other languages that written Latin has besides.
_IMITATIONS = frozenset("ÐðƉɖɑɡıªº")
_LAST_LATIN = "\u024f"
# What a name in NFC must hold to be looked at: anything beyond the letters that Latin names are written with. For the
# database, which reads a million names faster than it could hand them over; PostgreSQL and Python take it alike.
MAYBE = f"[{''.join(sorted(_IMITATIONS))}µ]|[^ -{_LAST_LATIN}\u0300-\u036f\u1e00-\u1eff]"


def odd_letters(name: str) -> str:
    """The letters that make a name look like another one, each once; "" when there are none."""
    words = [_letters(word) for word in few_marks(name).split()]
    beside_latin = any("LATIN" in map(_script, word) for word in words)
    return "".join(dict.fromkeys(letter for word in words for letter in _odd(word, beside_latin=beside_latin)))


def _letters(word: str) -> list[str]:
    """Its letters without their marks; a modifier (the apostrophe of H'Nhớ) is none."""
    return [
        char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo")
    ]


def _odd(letters: list[str], *, beside_latin: bool) -> list[str]:
    scripts = {_script(letter) for letter in letters}
    if len(scripts) > 1 and scripts & _MIXED:
        return [letter for letter in letters if _script(letter) != "LATIN" or _imitates(letter)]
    if beside_latin and letters and all(letter in _LIKE_LATIN.get(_script(letter), ()) for letter in letters):
        return letters
    return [letter for letter in letters if _imitates(letter)]


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _imitates(letter: str) -> bool:
    """Also what is an ordinary letter in another dress: wide, bold, small capitals of mathematics."""
    if letter in _IMITATIONS:
        return True
    return letter > _LAST_LATIN and re.fullmatch("[A-Za-z]+", unicodedata.normalize("NFKC", letter)) is not None
