"""The design base: contrasts, font, stylesheets, templates. No application is started here."""

import gzip
import re
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from jinja2 import Environment, FileSystemLoader, meta

ROOT = Path(__file__).resolve().parent.parent
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
CSS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))

# (text or line, ground, least ratio): 4.5 for text, 3 for what outlines or marks a control (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = [
    *product(("ink", "ink-soft", "accent", "accent-strong"), ("paper", "surface", "sunken"), (4.5,)),
    *product(("ink", "accent", "accent-strong"), ("accent-tint",), (4.5,)),
    *product(("ink", "ink-soft", "accent", "gold-ink"), ("gold-tint",), (4.5,)),
    *product(("gold-ink", "good", "info", "danger"), ("paper", "surface", "sunken"), (4.5,)),
    *((name, f"{name}-tint", 4.5) for name in ("good", "info", "danger")),
    *(("ink", f"{name}-tint", 4.5) for name in ("good", "info", "danger")),
    *product(("on-fill",), ("fill", "fill-strong"), (4.5,)),
    *product(("edge", "focus"), ("paper", "surface", "sunken"), (3,)),
    ("fill", "surface", 3),
]


def tokens(theme: str) -> dict[str, str]:
    """Name to colour (`#rrggbb`) of a theme; the dark one only where it differs."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", token_blocks()[theme]))


def token_blocks() -> dict[str, str]:
    """The declarations of the light theme, and of the dark one by the device and by the switch."""
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"(:root[^{]*) \{\n(.*?)\n +\}", css, re.DOTALL))
    return {
        "light": found[":root"],
        "dark": found[':root:not([data-theme="light"])'],
        "dark switch": found[':root[data-theme="dark"]'],
    }


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_wcags_own_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colours_is_readable(theme):
    colours = tokens("light") | tokens(theme)
    low = [
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f} < {least}"
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    ]
    assert not low


def test_the_two_dark_themes_are_equal():
    blocks = token_blocks()
    assert blocks["dark"].split() == blocks["dark switch"].split()
    missing = set(tokens("light")) - set(tokens("dark"))
    assert not missing


def test_stylesheets_use_only_tokens_that_exist():
    declared = set(re.findall(r"(--[\w-]+):", "".join(path.read_text(encoding="utf-8") for path in CSS)))
    for path in CSS:
        used = set(re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8")))
        assert used <= declared, path.name


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_stylesheets_keep_to_their_layer(path):
    css = path.read_text(encoding="utf-8")
    assert re.search(r"@layer \w+", css)
    assert path.name == "print.css" or "!important" not in css
    assert not re.search(r"url\((?![\"']?\.\./)", css), "files of the product only, no data: addresses"
    if path.name not in ("tokens.css", "official.css", "print.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", css), "colours are named in tokens.css"


def test_the_exam_page_is_light():
    sheets = ("tokens", "base", "layout", "components", "form", "paper", "print")
    scripts = ["main.js", "lib/modules.js", "lib/countdown.js", "modules/countdown.js", "modules/theme.js"]
    files = [STATIC / "css" / f"{name}.css" for name in sheets] + [STATIC / "js" / name for name in scripts]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) < 14 * 1024


def vietnamese_letters() -> set[str]:
    """The 134 letters with marks, both cases."""
    marks = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    lower = {unicodedata.normalize("NFC", vowel + mark) for vowel, mark in product("aăâeêioôơuưy", marks)} | {"đ"}
    return {letter for letter in lower | {letter.upper() for letter in lower} if not letter.isascii()}


@pytest.mark.parametrize("weight", [400, 700])
def test_the_font_has_every_letter_in_few_bytes(weight):
    path = STATIC / "fonts" / f"be-vietnam-pro-{weight}.woff2"
    font = TTFont(path)
    letters = vietnamese_letters()
    wanted = letters | set(map(chr, range(0x20, 0x7F))) | set("\u00a0“”‘’–—…•₫©«»°×·−")
    assert len(letters) == 134
    assert wanted <= set(map(chr, font.getBestCmap()))
    assert path.stat().st_size < 14 * 1024
    assert font["OS/2"].usWeightClass == weight
    even = font["GSUB"].table.LookupList.Lookup[0].SubTable[0].mapping
    assert len({font["hmtx"][name][0] for name in even.values()}) == 1, "digits for tables are of one width"
    assert {font.getBestCmap()[ord(digit)] for digit in "0123456789"} == set(even)


def test_nothing_points_to_another_host():
    namespaces = {"http://www.w3.org/2000/svg"}
    for path in sorted([*STATIC.rglob("*"), *TEMPLATES.rglob("*")]):
        if path.suffix in (".css", ".js", ".svg", ".html", ".md", ".json") and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert set(re.findall(r"https?://[^\s\"'<>)]+", text)) <= namespaces, path
            assert not re.search(r"(?:src|href|action)=\"//", text), path


def environment() -> Environment:
    """Jinja as bare as it can be, with gettext."""
    env = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
    env.filters |= dict.fromkeys(_unknown_filters(env), str)
    return env


def _unknown_filters(env: Environment) -> set[str]:
    """Filters of the application that the templates name; compiling only asks that they exist."""
    named = {name for path in PAGES for name in re.findall(r"\|\s*([a-z_]+)", path.read_text(encoding="utf-8"))}
    return named - set(env.filters)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_compile_and_name_templates_that_exist(path):
    env = environment()
    source = path.read_text(encoding="utf-8")
    env.compile(source)
    for name in meta.find_referenced_templates(env.parse(source)):
        assert name is None or (TEMPLATES / name).is_file(), name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_have_no_inline_style_script_or_handler(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_imported_macros_are_used(path):
    source = path.read_text(encoding="utf-8")
    for names in re.findall(r"{%-? from [^%]* import ([\w, ]+?) *-?%}", source):
        for name in names.split(","):
            uses = re.findall(rf"\b{name.split()[-1]}\(", source)
            assert uses, f"{name} is imported and not used"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_components_translate_for_each_reader(path):
    """Jinja keeps an imported template's top level, so a sentence there would stay in the first reader's language."""
    outside = re.sub(r"{%-? macro .*?endmacro -?%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\b_\(|gettext\(|url_for\(", outside)


def icons() -> set[str]:
    """The names of the sprite."""
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))


def test_every_icon_that_is_named_is_drawn():
    for path in PAGES:
        source = path.read_text(encoding="utf-8")
        named = set(re.findall(r"""\bicon(?:_name=|\()["']([\w-]+)["']""", source))
        named |= set(re.findall(r"icons\.svg'\) }}#([\w-]+)", source))
        assert named <= icons(), path.name


def test_every_status_has_an_icon_of_the_sprite():
    source = (TEMPLATES / "components" / "status.html").read_text(encoding="utf-8")
    table = re.findall(r'"(\w+)": \(_\("[^"]+"\), "([\w-]+)"', source)
    contests, boards = {"draft", "scheduled", "open", "closed", "published"}, {"live", "frozen", "final"}
    assert contests | boards | {"upcoming"} <= dict(table).keys()
    assert {name for _, name in table} <= icons()
