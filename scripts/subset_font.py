"""Make one small woff2 of a Latin typeface for Vietnamese: merge the given subsets, keep our letters, add even digits.

    PYTHONHASHSEED=0 python scripts/subset_font.py OUT.woff2 LATIN.woff2 VIETNAMESE.woff2 [LATIN-EXT.woff2]

What is kept: ASCII, the 134 Vietnamese letters with marks, the letters of Jrai and Bahnar names that the typeface has,
and the punctuation of our pages; kerning and mark positions; no hinting. The families on offer have proportional digits
only, so `tnum` (digits of one width, for tables and the countdown) is made here.
"""

import sys
import unicodedata
from io import BytesIO
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

PUNCTUATION = "\u00a0“”‘’–—…•₫©«»°×·≥≤−№"
HIGHLAND = "ĕĭŏŭčñƀ"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def vietnamese_letters() -> str:
    """The 134 Vietnamese letters that ASCII lacks, lower and upper case."""
    syllabics = product("aăâeêioôơuưy", ("", *"\u0300\u0301\u0303\u0309\u0323"))
    marked = (unicodedata.normalize("NFC", vowel + tone) for vowel, tone in syllabics)
    lower = "".join(letter for letter in (*marked, "đ") if not letter.isascii())
    return lower + lower.upper()


def merged(sources: list[Path]) -> TTFont:
    """One TrueType font out of the woff2 subsets of a family and weight; the first one wins where two have a letter."""
    files = []
    for source in sources:
        font = TTFont(source)
        font.flavor = None
        # Names of substitutions differ between the subsets and stand in the way; the only one needed is made below.
        for table in ("GSUB", "cvt ", "fpgm", "prep", "gasp"):
            if table in font:
                del font[table]
        file = BytesIO()
        font.save(file)
        file.seek(0)
        files.append(file)
    return Merger().merge(files)


def add_tabular_digits(font: TTFont) -> None:
    """Digits as wide as the zero, centred, behind the feature `tnum`."""
    width = font["hmtx"]["zero"][0]
    names = {name: f"{name}.tnum" for name in DIGITS}
    font.setGlyphOrder([*font.getGlyphOrder(), *names.values()])
    for name, even in names.items():
        advance, left = font["hmtx"][name]
        shift = round((width - advance) / 2)
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(name, (1, 0, 0, 1, shift, 0))
        font["glyf"][even] = pen.glyph()
        font["hmtx"][even] = (width, left + shift)
    rules = "".join(f"sub {name} by {even};" for name, even in names.items())
    addOpenTypeFeaturesFromString(
        font, f"languagesystem DFLT dflt; languagesystem latn dflt; feature tnum {{{rules}}} tnum;", tables=["GSUB"]
    )


def keep_ours(font: TTFont) -> None:
    """Drop every glyph, feature and name that our pages do not use."""
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "tnum"]
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "STAT"]
    ascii_letters = "".join(map(chr, range(0x20, 0x7F)))
    wanted = subset.Subsetter(options)
    wanted.populate(text=ascii_letters + vietnamese_letters() + HIGHLAND + HIGHLAND.upper() + PUNCTUATION)
    wanted.subset(font)


def main(arguments: list[str]) -> int:
    """Status 0 when OUT was written, 1 when a Vietnamese letter is missing from the sources, 2 for wrong usage."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    out, sources = Path(arguments[0]), [Path(argument) for argument in arguments[1:]]
    font = merged(sources)
    missing = set(vietnamese_letters()) - set(map(chr, font.getBestCmap()))
    if missing:
        print("missing from the sources:", "".join(sorted(missing)), file=sys.stderr)
        return 1
    add_tabular_digits(font)
    keep_ours(font)
    font.flavor = "woff2"
    # With PYTHONHASHSEED=0 the same sources give the same bytes.
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = TTFont(sources[0])["head"].created
    font.save(out)
    print(f"{out}: {len(font.getBestCmap())} letters, {out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
