"""Options that speak about other options ("Cả A, B và C", "Tất cả các phương án trên"): they keep their place.

Such an option makes sense only after those it speaks about, so a shuffled paper leaves it where it stands. The
whole text has to be of that kind: "Cả nước" and "Tất cả vì miền Nam ruột thịt" are options like any other.
"""

import re
import unicodedata

from quizapp import text

_PUNCTUATION = re.compile(r"""[.…!?:"'“”‘’()\[\]]+""")
_SEPARATOR = re.compile(r"\s*([,;/&+])\s*")
_DASH = re.compile(r"\s*[-\u2010-\u2015]\s*")

# The patterns see folded words ("tat ca cac phuong an tren"); a bare letter A-H stays a capital.
_NUMBER = r"(?:hai|ba|bon|nam|sau|bay|[2-7])"
_MANY = rf"(?:(?:cac|nhung|moi|{_NUMBER}) )"
_NOUN = r"(?:(?:phuong an|dap an|lua chon|cau tra loi|y tra loi|y kien|y|cau)(?: tra loi| lua chon)?)"
# Not "cấp trên", "lên trên", "từ trên".
_TREN = r"(?<! cap)(?<! len)(?<! tu)(?: da| vua| o| phia| ben| neu| ke| noi| liet ke){0,3} tren(?: day)?"
_ABOVE = rf"(?:{_TREN}| da neu| vua neu)"
_REST = rf"(?:{_ABOVE}| con lai| nay| do)"
_VERDICT = r"(?:(?: deu| cung| la| thi){0,2}(?: khong| chua)?(?: dung| sai| chinh xac| hop le)(?: ca| het)?)"
_AND = r"(?: , (?:va |hoac |hay |and |or )?| va | hoac | hay | lan | cung | voi | den | toi | - | and | or | nor )"
_LETTERS = rf"(?:{_NOUN} )?[A-H](?:{_AND}(?:ca )?(?:{_NOUN} )?[A-H]){{1,7}}"
_ALL = rf"(?:ca {_NUMBER}|tat ca|toan bo)"
_WORDS = r"(?: [a-z0-9]+){1,5}"
_NOT = r"khong(?: co| phai| thuoc| nam| o| la| trong){0,3}"

_PINNED = re.compile(
    "|".join(
        [
            # Cả A, B và C (đều đúng) · Cả hai ý A và C · Chỉ A và B · Không phải A, B · A và B đúng · A đúng, B sai
            rf"(?:(?:ca|tat ca|toan bo|chi|chi co|gom|bao gom|co|{_NOT}|ngoai|tru|tu|both|neither|only) ){{0,3}}"
            rf"{_MANY}?(?:{_NOUN} )?{_LETTERS}{_REST}?{_VERDICT}?",
            rf"[A-H]{_VERDICT}(?:(?: ,)?(?: va| con| nhung)? [A-H]{_VERDICT}){{0,7}}",
            # Đáp án A · Chỉ ý B đúng · Chỉ C
            rf"(?:(?:ca|chi|chi co) )?{_NOUN} [A-H]{_VERDICT}?|(?:chi|chi co|only) [A-H]{_VERDICT}?",
            # Cả ba phương án trên · Tất cả các đáp án (trên) (đều đúng) · Mọi phương án đều sai
            rf"(?:{_ALL}|ca|moi) {_MANY}{{0,2}}{_NOUN}{_REST}?{_VERDICT}?|{_ALL} {_NOUN}{_REST}?{_VERDICT}?",
            # Các phương án trên đều sai · Hai ý còn lại · Phương án còn lại
            rf"{_MANY}?{_NOUN}(?:{_REST}{_VERDICT}?|{_VERDICT})",
            # Tất cả · Cả hai · Tất cả đều đúng · Cả ba đều sai
            rf"tat ca{_REST}?{_VERDICT}?|ca (?:hai|ba|bon|[2-7]){_REST}?{_VERDICT}?|ca {_NUMBER}{_VERDICT}",
            # Cả ba nội dung trên · Tất cả những điều nêu trên · Các tác phẩm kể trên
            rf"(?:(?:{_ALL}|ca)(?: cac| nhung| moi)?|moi|cac|nhung|{_NUMBER}){_WORDS}?{_ABOVE}{_VERDICT}?",
            # Không có đáp án nào (đúng) · Không phương án nào ở trên · Không phải các ý trên · Không có đáp án đúng
            rf"{_NOT}(?: bat ky| bat cu| mot)? (?:{_ALL} )?{_MANY}{{0,2}}{_NOUN}(?: nao)?"
            rf"(?: trong(?: so)?(?: {_MANY}?{_NOUN})?)?{_REST}?{_VERDICT}?",
            # Không nội dung nào nêu trên · Không tác phẩm nào trong số các tác phẩm trên
            rf"{_NOT}{_WORDS} nao(?: trong(?: so)?(?: cac| nhung)?{_WORDS}?)?(?:{_ABOVE}{_VERDICT}?|{_VERDICT})",
            # Đáp án khác · Một phương án khác
            rf"(?:mot |co )?{_NOUN} khac",
            # All of the above · None of these
            r"(?:all|none|both|neither) of (?:the )?(?:above|these|them|(?:options|answers|choices)(?: above)?)",
        ]
    )
)
# No option of this kind is longer; so that nobody can keep the matching busy with a long text.
_MAX_LENGTH = 120
_RANGE = re.compile(r"([A-H]) (?:-|den|toi) ([A-H])")


def is_pinned(option_text: str) -> bool:
    """Whether the option speaks about other options and so must stay where it stands."""
    return _is_about_options(_skeleton(option_text))


def letter_references(option_text: str) -> tuple[str, ...]:
    """The letters of the options that a pinned option names, in order: "Cả A và C" gives ("A", "C"); else ()."""
    skeleton = _skeleton(option_text)
    if not _is_about_options(skeleton):
        return ()
    spelled = _RANGE.sub(lambda ends: " ".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), skeleton)
    return tuple(dict.fromkeys(re.findall(r"\b[A-H]\b", spelled)))


def _is_about_options(skeleton: str) -> bool:
    return len(skeleton) <= _MAX_LENGTH and bool(_PINNED.fullmatch(skeleton))


def _skeleton(option_text: str) -> str:
    """Folded words and separators with one blank between them; single letters A-H typed without marks as capitals."""
    plain = _PUNCTUATION.sub(" ", unicodedata.normalize("NFC", option_text).casefold())
    plain = _DASH.sub(" - ", _SEPARATOR.sub(" , ", plain))
    return " ".join(word.upper() if re.fullmatch("[a-h]", word) else text.fold(word) for word in plain.split())
