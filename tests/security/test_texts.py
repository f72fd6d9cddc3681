"""Typed text is text: in no page a tag, in no template an expression, in no table a formula, in no query a sign."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from html import unescape

import html5lib
import pytest
import yaml

from quizapp import clock, redis_store
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.entries import refusals
from quizapp.errors import Invalid
from tests import factories
from tests.clients import Browser
from tests.conftest import NOW
from tests.empty_app import new_app
from tests.security import calls, texts
from tests.security import world as worlds
from tests.security.day import TABLES
from tests.security.world import CONTEST_A, World, caller_of

XHTML = "{http://www.w3.org/1999/xhtml}"
READERS = ("nobody", "P1", "S-own", "O-own")
TITLE = f"Cuộc thi {texts.MARKUP[0]} {texts.TEMPLATES[0]}"


def bank():
    """Ten questions; each of their texts is a payload of its own, so that all are in some paper."""
    data, number = yaml.safe_load(factories.bank_yaml()), 0
    payloads = [*texts.MARKUP, *texts.TEMPLATES]
    for question in data["questions"]:
        for name in ("question", "explanation"):
            question[name] = f"{question[name]} {payloads[number % len(payloads)]}"
            number += 1
        for key in question["options"]:
            question["options"][key] += f" {payloads[number % len(payloads)]}"
            number += 1
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A contest that is over, in which every text that anybody can type is a payload."""
    folder = tmp_path_factory.mktemp("texts")
    redis_store.init_store(f"unix://{folder / 'no-redis.sock'}")
    made = World(new_app(folder), NOW, folder)
    made.app.test_client_class = Browser
    with made.app.app_context(), clock.frozen_at(NOW):
        worlds.make_trees(NOW)
        worlds.make_staff(NOW)
        made.callers["nobody"] = caller_of(made.app.test_client())
        _play(made)
        db.session.remove()
    made.app.test_client_class = None
    made.forget()
    with clock.frozen_at(NOW + timedelta(hours=1) + GRACE + timedelta(seconds=1)):
        worlds.sign_staff_in(made)
        yield made


def _play(made):
    staff = {"Authorization": f"Bearer {_token()}"}
    client = made.app.test_client()
    sent = client.put("/api/v1/banks/mau", data=bank(), content_type="application/yaml", headers=staff)
    assert sent.status_code == 201, sent.get_data(as_text=True)[:500]
    paper = {"mode": "fixed", "questions": [f"mau-{n:03d}" for n in range(1, 11)], "time_limit_seconds": 600}
    prizes = [{"name": f"Giải {texts.MARKUP[1]}", "count": 2}]
    file = factories.contest_yaml(
        NOW, title=TITLE, organizer={"name": f"Ban {texts.MARKUP[3]}", "parent": f"Ủy {texts.MARKUP[5]}"},
        rounds=[factories.round_dict(NOW, key=key, label=f"{key} {texts.MARKUP[8]}", paper=paper, prizes=prizes)
                for key in ("tuan-1", "tuan-2")],
        publication={"live": "full", "mask_phone": True},
    )  # fmt: skip
    sent = client.put(f"/api/v1/contests/{CONTEST_A}", data=file, content_type="application/yaml", headers=staff)
    assert sent.status_code == 201, sent.get_data(as_text=True)[:500]
    assert client.post(f"/api/v1/contests/{CONTEST_A}/launch", json={}, headers=staff).status_code == 200
    contest = contests.get_contest(CONTEST_A)
    names = [*texts.MARKUP[:24], *texts.FORMULAS, *texts.TEMPLATES, *texts.SHEETS]
    refused = []
    for number, name in enumerate(names):
        unit = names[(number + 7) % len(names)]
        # With a name before it where the product wants one; alone where it may stand alone.
        typed = {"full_name": f"{name} Nguyễn" if number % 2 else name, "unit": unit, "area": "101"}
        try:
            browser, person = worlds.enter(made.app, contest, NOW - timedelta(minutes=40), **typed)
        except Invalid:  # no name of a person for the product: a line break, say, or no letter at all
            refused.append(name)
            continue
        factories.sit(contest, person, NOW - timedelta(minutes=30), right=number % 10, round_key="tuan-2")
        if "P1" not in made.people:
            made.people["P1"], made.callers["P1"] = person, caller_of(browser)
            made.parts["P1"] = {**calls.ABSENT, **_parts(contest, person)}
        elif len(made.people) == 1:
            made.people["refused"] = person
            with transaction():
                refusals.refuse(person.participant, reason=texts.MARKUP[2], actor="lan", now=NOW)
    assert len(refused) < 15, refused


def _parts(contest, person):
    paper = worlds.attempts.list_attempts(person.participant.id)[0].public_id
    return {"slug": contest.slug, "attempt_id": paper, "done": paper, "person": person.participant.public_id,
            "area": "101", "tree_slug": "tinh-mau", "receipt": "0000000000"}  # fmt: skip


def _token():
    with transaction():
        owner = worlds.accounts.get_user_id("to-chuc-mau")
        return worlds.accounts_service.create_token(owner, "thử", now=NOW)


def pages(world):
    for route, rule in calls.routes(world):
        if route.method == "GET":
            yield calls.address_of(world, rule, "own")
    for key in ("nguoi-du-thi?page=2", "tai/participants.csv"):
        yield f"/don-vi/{CONTEST_A}/{key}"
    yield "/to-chuc/ngan-hang/cau-hoi/mau"
    yield f"/cuoc-thi/{CONTEST_A}/tuan-2/bang-xep-hang?group=%3Cx1x%3E&area=%22%3E%3Cx1x%3E"
    yield "/tai-khoan/dang-nhap?next=%22%3E%3Cx1x%3E"
    yield "/bien-nhan?code=%22%3E%3Cx1x%3E"
    yield "/%3Cx1x%3E"


def found_lists(world, who, typed):
    """Where looking for people leads somebody to, in one audience and the other."""
    for address in (f"/don-vi/{CONTEST_A}/nguoi-du-thi", f"/to-chuc/{CONTEST_A}/nguoi-du-thi"):
        answer = world.call(who, "POST", address, data={"q": typed})
        if answer.status_code == 303:
            yield answer.headers["Location"]


def problems(html):
    """What on a page came from a payload as something else than text."""
    for element in html5lib.HTMLParser(namespaceHTMLElements=True).parse(html).iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        if "x1x" in element.tag.lower():
            yield element.tag
        for name, value in element.attrib.items():
            if "x1x" in str(name).lower() or str(name).lower().startswith("on") or name == "style":
                yield f"{element.tag} {name}"
            if name in ("href", "src", "action", "formaction") and not str(value).startswith(
                ("/", "#", "http", "?", "data:image")
            ):
                yield f"{element.tag} {name}={value}"
        if element.tag == f"{XHTML}script" and not element.get("src"):
            yield "a script without a file"
        if element.tag.rpartition("}")[2] in ("iframe", "object", "embed", "base", "math", "template", "foreignObject"):
            yield element.tag


@pytest.mark.parametrize("who", READERS)
def test_no_page_takes_a_text_for_markup_or_for_a_template(world, who):
    wrong, seen = [], ""
    for address in [*pages(world), *found_lists(world, who, "<x1x>")]:
        answer = world.call(who, "GET", address)
        assert answer.status_code < 500, address
        if answer.mimetype != "text/html":
            continue
        html = answer.get_data(as_text=True)
        seen += html
        wrong += [f"{address}: {found}" for found in problems(html)]
        wrong += [f"{address}: {done}" for done in WORKED_OUT.findall(html)]
    assert not wrong, "\n".join(wrong[:40])
    # The payloads were there: as text.
    assert "&lt;script x1x&gt;" in seen
    assert "{{7*1117}}" in seen


# 7 * 1117, and not as a part of some random id.
WORKED_OUT = re.compile(r"(?<![\w-])7819(?![\w-])|&lt;class|SECRET_KEY|&lt;Config")


def exported(world, table, ext):
    answer = world.call("O-own", "GET", f"/api/v1/contests/{CONTEST_A}/exports/{table}.{ext}")
    assert answer.status_code == 200, table
    return answer.get_data()


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_of_a_table_is_a_formula(world, table):
    parts = parts_of(exported(world, table, "xlsx"))
    for name, xml in parts.items():
        assert not re.search(r"<f[ >]|<hyperlink|externalLink|ddeLink", xml), name
    titles = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"])
    assert titles
    assert all(len(unescape(title)) <= 31 for title in titles)
    for row in csv.reader(io.StringIO(exported(world, table, "csv").decode("utf-8-sig"))):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r", "＝")), cell
            assert not cell.startswith("-") or cell[1:].replace(",", "").replace(".", "").isdigit() or cell == "-", cell


def test_numbers_of_telephones_stay_what_was_typed(world):
    rows = list(csv.reader(io.StringIO(exported(world, "participants", "csv").decode("utf-8-sig"))))
    cells = {cell.replace(" ", "") for row in rows for cell in row}
    typed = {person.typed["phone"] for person in world.people.values()}
    assert typed <= {cell.lstrip("'") for cell in cells}
    strings = "".join(
        re.findall(r"<t[^>]*>([^<]*)</t>", "".join(parts_of(exported(world, "participants", "xlsx")).values()))
    )
    assert all(phone in strings.replace(" ", "") for phone in typed)


def parts_of(data):
    """The files of a workbook as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.mark.parametrize("who", ["S-own", "O-own", "nobody"])
def test_what_is_looked_for_is_looked_for_as_it_stands(world, who):
    """Signs of SQL, of patterns and of Redis find what holds them, and nothing else."""

    def look(typed):
        if who == "nobody":
            return world.call(who, "GET", "/api/v1/areas", query_string={"q": typed, "tree": "tinh-mau"})
        return world.call(who, "GET", list(found_lists(world, who, typed))[-1])

    nothing = look("khongcoainhuvay")
    for typed in texts.LOOKED_FOR:
        answer = look(typed)
        assert answer.status_code in (200, 422), typed
        if typed in ("%", "_", "*"):
            # No sign stands for every name.
            assert len(answer.get_data()) < len(nothing.get_data()) * 3
    left = world.call("O-own", "GET", f"/to-chuc/{CONTEST_A}/nguoi-du-thi")
    assert left.status_code == 200
