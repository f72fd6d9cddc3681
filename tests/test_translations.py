"""The product in English: the catalogue is complete and exact, and no page keeps a Vietnamese word of the product's."""

import ast
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import get_domain
from jinja2 import Environment, nodes

from quizapp.accounts.rules import Role
from quizapp.areas import service as areas_service
from quizapp.banks import service as banks
from quizapp.config import ROOT
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries.service import CONSENT_VERSION
from tests import factories
from tests.clients import Actors, CheckedClient, Page, text_in
from tests.web.staff_scene import PREDICTION

PO = ROOT / "quizapp" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# What stays Vietnamese inside of an English sentence: a made-up person, how units write their own names, and what
# stands in lists instead of a name that was erased.
PROPER_NAMES = ("Nguyễn Văn An", "Chi bộ thôn 3", "Trường THCS Lê Lợi", "Người dự thi đã xóa dữ liệu")
# The letterhead of official papers, the name of the language for those who look for it, the name of a browser, and what
# is written into the log.
ALWAYS_VIETNAMESE = {
    "Đảng Cộng sản Việt Nam",
    "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "Độc lập - Tự do - Hạnh phúc",
    "Tiếng Việt",
    "Cốc Cốc",
    ", đủ số điện thoại",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|&#?\w+;")
TREE = """
tree: tinh-mau
title: Sample Province
valid_from: 2020-01-01
source: test data
levels:
  - {key: province, label: Province}
  - {key: district, label: District}
  - {key: commune, label: Commune}
  - {key: unit, label: Unit}
areas:
  - {code: "1", name: Sample Province, level: province, kind: province}
  - {code: "10", name: North District, level: district, kind: district, parent: "1"}
  - {code: "11", name: South District, level: district, kind: district, parent: "1"}
  - {code: "101", name: Hill Commune, level: commune, kind: commune, parent: "10"}
"""


def _texts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Vietnamese forms and the English ones, pair by pair."""
    if message.pluralizable:
        return tuple(message.id), tuple(message.string)
    return (message.id,), (message.string,)


def _is_vietnamese(text: str) -> bool:
    """True when there is a letter that only Vietnamese has: đ, or one with a mark above or below."""
    return any(letter in "đĐ" or len(unicodedata.normalize("NFD", letter)) > 1 for letter in text)


def _without_names(text: str) -> str:
    for name in PROPER_NAMES:
        text = text.replace(name, "")
    return text


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as source:
        return read_po(source, locale="en")


@pytest.fixture(scope="module")
def written_in_code() -> set[str | tuple[str, ...]]:
    """Every sentence that the code and the templates hold now, found as `make messages` finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source, filename="babel.cfg")
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(ROOT, methods, options, keywords=keywords)
    return {message for _, _, message, _, _ in found}


def test_every_sentence_of_the_code_is_in_the_catalogue_and_no_other(catalogue, written_in_code):
    known = {message.id for message in catalogue if message.id}
    assert len(written_in_code) > 500
    assert written_in_code - known == set(), "run `make messages`, then translate"
    assert known - written_in_code == set(), "run `make messages`"
    assert list(catalogue.obsolete) == []


def test_no_sentence_of_pages_and_refusals_escapes_the_extraction(written_in_code):
    """Neither unmarked, nor marked where the extraction cannot see it, such as inside of an f-string."""
    marked = {text for message in written_in_code for text in ([message] if isinstance(message, str) else message)}
    written = {*_texts_of_modules("web"), *_texts_of_modules("messages"), *_texts_of_templates()}
    vietnamese = {text for text in written if _is_vietnamese(text)}
    assert len(vietnamese) > 500
    assert vietnamese - marked == ALWAYS_VIETNAMESE


def _texts_of_modules(part: str) -> Iterator[str]:
    """Every text in the code of a part of the package, less the docstrings."""
    for path in (ROOT / "quizapp" / part).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield node.value


def _texts_of_templates() -> Iterator[str]:
    """Every text in the templates: what is printed as it stands, tag by tag, and what expressions hold."""
    environment = Environment(autoescape=True)
    for path in (ROOT / "templates").rglob("*.html"):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for data in tree.find_all(nodes.TemplateData):
            yield from (text.strip() for text in re.split(r"<[^>]*>", data.data))
        yield from (const.value for const in tree.find_all(nodes.Const) if isinstance(const.value, str))


def test_every_sentence_has_finished_english(catalogue):
    unfinished = [m.id for m in catalogue if m.id and (m.fuzzy or not all(text.strip() for text in _texts(m)[1]))]
    assert unfinished == []


def test_plurals_have_both_english_forms(catalogue):
    assert catalogue.num_plurals == 2
    wrong = [m.id for m in catalogue if m.pluralizable and len(m.string) != 2]
    assert wrong == []


def test_both_sides_have_the_same_placeholders(catalogue):
    def placeholders(text: str) -> Counter[str]:
        return Counter(PLACEHOLDER.findall(text))

    for message in catalogue:
        if message.id:
            sources, translations = _texts(message)
            for source, translation in zip(sources, translations, strict=True):
                assert placeholders(source) == placeholders(translation), source


def test_english_sentences_end_as_the_vietnamese_ones(catalogue):
    """Sentences are put one behind the other, and labels before colons: a full stop must neither appear nor vanish."""
    ends = (".", "?", ":", "…")
    wrong = [source for source, translation in _pairs(catalogue) if source.endswith(ends) != translation.endswith(ends)]
    assert wrong == []


def test_english_sentences_have_no_vietnamese_letters(catalogue):
    left = [translation for _, translation in _pairs(catalogue) if _is_vietnamese(_without_names(translation))]
    assert left == []


def test_catalogue_names_nobody(catalogue):
    assert "@" not in "".join(f"{name}{value}" for name, value in catalogue.mime_headers)
    assert str(catalogue.locale) == "en"


def _pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    for message in catalogue:
        if message.id:
            yield from zip(*_texts(message), strict=True)


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def compiled() -> None:
    """messages.mo as `make catalogues` leaves it; it appears whole, since several processes may write it."""
    target = PO.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= PO.stat().st_mtime_ns:
        return
    part = PO.with_suffix(f".{os.getpid()}.part")
    with PO.open("rb") as source, part.open("wb") as unfinished:
        write_mo(unfinished, read_po(source, locale="en"))
    part.replace(target)


@pytest.fixture
def english(compiled, app, actors) -> Actors:
    """Actors of an application that has read the compiled catalogue, and none before it."""
    get_domain().cache.clear()
    return actors


def _choosing_english(client: CheckedClient) -> CheckedClient:
    client.client.set_cookie("lang", "en")
    return client


def _english_contest(now: Any) -> ContestInfo:
    """A contest whose own words are English, with as many different rules as fit into one."""
    with transaction():
        areas_service.load_tree(TREE.encode(), name="tree.yaml", now=now)
    shared = {"paper": {"mode": "random", "draw": [{"bank": "mau", "count": 3}], "points": 10}}
    rounds = [
        factories.round_dict(
            now, key="week-1", label="Week 1", attempts={"max": 1, "per": "round"}, **_named_prizes(PREDICTION)
        ),
        factories.round_dict(now, key="week-2", label="Week 2", attempts={"per": "day"}, **shared),
    ]
    draft = factories.make_contest(
        now,
        launched=False,
        title="Sample contest",
        organizer={"name": "Sample Committee", "parent": "Sample Office", "header": "custom"},
        groups=[{"key": "a", "label": "Young people", "age": {"max": 29}}, {"key": "b", "label": "Everybody"}],
        entry={
            "mode": "form",
            "fields": dict.fromkeys(("full_name", "date_of_birth", "phone", "group"), "required")
            | dict.fromkeys(("gender", "email", "citizen_id", "address", "area", "unit"), "optional"),
            "identity": ["phone", "full_name"],
            "resume": "details",
            "age": {"min": 16},
        },
        rounds=rounds,
        collectives=[{"level": "district", "metric": "people", "scope": "contest", "prizes": [_named("First")]}],
        publication={"live": "hidden_until_close", "mask_phone": True},
    )
    with transaction():
        banks.import_bank(_english_bank(), name="mau.yaml", actor="test", now=now)
    return factories.launch(draft, now)


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "count": 2, "amount": 1_000_000}


def _named_prizes(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "prizes": [_named("First"), _named("Second")]}


def _english_bank() -> bytes:
    """The bank of the factories with English questions."""
    bank = yaml.safe_load(factories.bank_yaml())
    bank.update(title="Sample bank", language="en", reviewed_by="Sample Office")
    for number, question in enumerate(bank["questions"]):
        question["question"] = f"Which option of question {number} is right?"
        question["options"] = {key: f"{key} of {number}" for key in question["options"]}
        question["explanation"] = "Because it is."
        question["source"]["title"] = "Sample source"
    return yaml.safe_dump(bank, sort_keys=False).encode()


def _assert_english(page: Page, untranslated: set[str]) -> None:
    """No Vietnamese letter in any text or attribute outside of what is marked as Vietnamese, and no msgid."""
    assert page.root.get("lang") == "en"
    for element in _in_english(page.root):
        for text in (element.text, element.tail, *(element.attrib.values())):
            words = " ".join((text or "").split())
            assert not _is_vietnamese(_without_names(words)), words
            assert words not in untranslated, words


def _in_english(element: Any) -> Iterator[Any]:
    """The element and those inside of it; the tail of one that is marked as Vietnamese is not lost, it has none."""
    if element.get("lang") == "vi":
        assert not (element.tail or "").strip()
        return
    yield element
    for child in element:
        yield from _in_english(child)


@pytest.fixture(scope="module")
def untranslated(catalogue) -> set[str]:
    """Vietnamese texts that look different in English, also those without any mark, such as "Xem"."""
    return {source for source, translation in _pairs(catalogue) if source != translation}


def test_pages_of_passers_by_are_english(english, now, untranslated):
    contest = f"/cuoc-thi/{_english_contest(now).slug}"
    visitor = _choosing_english(english.stranger())
    of_contest = [contest + path for path in ("", "/dang-ky", "/tiep-tuc", "/ket-qua", "/week-2/bang-xep-hang")]
    for path in ("/", "/tai-khoan/dang-nhap", "/quyen-rieng-tu", "/api/v1/docs", *of_contest):
        _assert_english(visitor.get(path), untranslated)
    _assert_english(visitor.get("/cuoc-thi/none", status=404), untranslated)


def test_rules_are_told_in_english(english, now):
    page = _choosing_english(english.stranger()).get(f"/cuoc-thi/{_english_contest(now).slug}")
    assert [text_in(title) for title in page.all("h3")] == [
        "Who may take part",
        "Entry form",
        "The paper",
        "Attempts",
        "Prediction question",
        "Ranking",
        "Individual prizes",
        "Collective prizes",
        "Publication of results",
    ]
    assert "Participants must be at least 16 years old." in page.text
    assert "First: 2 prizes, 1,000,000 VND each." in page.text


def test_taking_part_is_english(english, now, untranslated):
    contest = f"/cuoc-thi/{_english_contest(now).slug}"
    visitor = _choosing_english(english.stranger())
    typed = factories.typed_entry(full_name="Jane Sample", group="a", date_of_birth="19/05/2000", consent="1")
    typed["consent_text"] = CONSENT_VERSION
    _assert_english(visitor.post(f"{contest}/dang-ky", typed), untranslated)
    _assert_english(visitor.get(contest), untranslated)
    paper = visitor.redirected(f"{contest}/week-1/bat-dau")
    _assert_english(visitor.get(paper), untranslated)
    _assert_english(visitor.get(f"{paper}/xem-lai"), untranslated)
    _assert_english(visitor.post(f"{paper}/nop-bai"), untranslated)


def test_pages_of_staff_are_english(english, now, untranslated):
    contest = _english_contest(now)
    factories.sit(contest, factories.enter(contest, now, full_name="Jane Sample", group="b"), now, round_key="week-2")
    factories.make_staff("org", Role.ORGANIZER, "1", now)
    factories.make_staff("north", Role.DISTRICT, "10", now)
    organizer = _choosing_english(english.staff("org"))
    for path in ("/", f"/{contest.slug}", "/ngan-hang/cau-hoi", "/ngan-hang/cau-hoi/mau", "/ngan-hang/nhap"):
        _assert_english(organizer.get("/to-chuc" + path), untranslated)
    _assert_english(organizer.get("/to-chuc/tai-khoan/can-bo"), untranslated)
    staff = _choosing_english(english.staff("north"))
    for path in ("", "/nguoi-du-thi", "/chi-tieu", "/in"):
        _assert_english(staff.get(f"/don-vi/{contest.slug}{path}"), untranslated)
    _assert_english(staff.get("/don-vi/"), untranslated)


def test_browser_that_prefers_english_gets_it(english, now):
    page = english.stranger().get("/", headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"})
    assert text_in(page.one("h1")) == "Contests"


def test_refusals_of_a_form_are_english(english, now, untranslated):
    contest = _english_contest(now)
    visitor = _choosing_english(english.stranger())
    page = visitor.post(f"/cuoc-thi/{contest.slug}/dang-ky", {"phone": "12"}, status=422)
    _assert_english(page, untranslated)
    assert "The phone number is not right" in page.text
