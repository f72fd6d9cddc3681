"""Every route of the product, called by everybody on everything, and what kind of answer that is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from quizapp.entries.service import CONSENT_VERSION
from tests.security.world import CONTEST_A, DRAFT_A, World

# What never was, by the name that routes give to it.
ABSENT = {
    "slug": "khong-co-gi",
    "attempt_id": "A" * 22,
    "paper": "A" * 22,
    "person": "A" * 22,
    "regrade_id": "999999",
    "given": "999999",
    "refusal": "999999",
    "unit": "199.1",
    "request": "A" * 22,
    "login": "khong-co-ai",
    "receipt": "0000000000",
    "area": "199",
    "bank": "khong-co-gi",
}
# What a part of an address means in which addresses.
_CALLED = (
    ("slug", "/banks/|/cau-hoi/<slug>", "bank"),
    ("code", "danh-muc", "area"),
    ("code", "danh-muc/.*(sua|ngung-dung)", "unit"),
    ("code", "receipts|bien-nhan", "receipt"),
    ("code", "yeu-cau-du-lieu", "request"),
    ("number", "/rut/", "given"),
    ("number", "/trao-lai/", "refusal"),
)
# Parts of addresses that are the same for everybody's objects.
PLAIN = {
    "key": "tuan-2",
    "round_key": "tuan-2",
    "table": "participants",
    "ext": "csv",
    "ranking": "round:tuan-0:",
    "number": "2",
    "digest": "0" * 64,
    "version": CONSENT_VERSION,
}
# What calls of the API need at least; others go with nothing.
_SMALLEST: dict[str, dict[str, Any]] = {
    "answers": {"batch": []},
    "entries": {"consent": {"version": "x"}},
    "extend": {"closes_at": "2025-05-19T07:00:00.000Z"},
}
# Tokens, the number of the request, and where a form leads back to.
PASSING = re.compile(
    r'csrf_token[^>]*value="[^"]*"|data-token="[^"]*"|<span class="code">\w+|name="next" value="[^"]*"'
    r'|"request_id": "\w+"'
)


@dataclass(frozen=True)
class Route:
    """One way in."""

    method: str
    rule: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def routes(world: World) -> Iterator[tuple[Route, Rule]]:
    """Every route; the static files' address has their hash in it, which is left out."""
    for rule in world.app.url_map.iter_rules():
        shown = re.sub(r"^/static/\w+/", "/static/", rule.rule).replace(" ", "")
        shown = re.sub(r"any\((.*?)\)", lambda words: f"any({','.join(sorted(words[1].split(',')))})", shown)
        for method in sorted(rule.methods or ()):
            if method not in ("HEAD", "OPTIONS"):
                yield Route(method, shown), rule


def parts_of(world: World, rule: Rule, thing: str) -> dict[str, str]:
    """The parts of an address that names the thing; see `matrix.THINGS`."""
    own = world.parts["P1"]
    known = {**PLAIN, **own, "slug": CONTEST_A, "paper": own["attempt_id"]}
    known.update({"draft": {"slug": DRAFT_A}, "shared": {"bank": "mau"}}.get(thing, {}))
    if thing == "done":
        known.update(attempt_id=own["done"], paper=own["done"])
    elif thing == "other":
        known.update({**world.parts["B1"], "slug": CONTEST_A, "paper": world.parts["B1"]["attempt_id"]})
    elif thing == "absent":
        known.update(ABSENT)
    elif thing == "absent-inside":
        known.update({name: value for name, value in ABSENT.items() if name != "slug"})
    for argument, pattern, name in _CALLED:
        if re.search(pattern, rule.rule):
            known[argument] = known[name]
    if re.search("quyet-dinh|vong/<key>/cau-hoi", rule.rule):
        known["key"] = "tuan-1"
    found = {}
    for name in rule.arguments:
        # Of a part that is one of several words, the rule itself knows all.
        words = sorted(getattr(rule._converters[name], "items", None) or ())
        found[name] = words[0] if words else known.get(name, "x")
    return found


def address_of(world: World, rule: Rule, thing: str) -> str:
    """The address of the thing under that rule."""
    built = rule.build(parts_of(world, rule, thing), append_unknown=False)
    assert built is not None, rule
    return built[1]


def ask(world: World, who: str, route: Route, address: str) -> TestResponse:
    """Call it with the caller's own token, and with as little as a call can bring."""
    return world.call(who, route.method, address, **body_for(route))


def body_for(route: Route) -> dict[str, Any]:
    """An empty form, an empty object, an empty file."""
    if route.method == "GET":
        return {}
    if not route.rule.startswith("/api/"):
        return {"data": {}}
    if route.rule.endswith(("/banks/<slug>", "/contests/<slug>")):
        return {"data": b"{}", "content_type": "application/yaml"}
    last = route.rule.rpartition("/")[2]
    return {"json": _SMALLEST.get(last, {})}


def kind_of(response: TestResponse) -> str:
    """+ let in (perhaps told why not now or not so) · - there is nothing · ? who are you · x forbidden · ! broken."""
    status, location = response.status_code, response.headers.get("Location", "")
    if status == 401 or (status == 302 and location.startswith("/tai-khoan/dang-nhap")):
        return "?"
    if status in (404, 405):
        return "-"
    if status == 403:
        return "x"
    if status in (200, 201, 204, 302, 303, 308, 400, 409, 413, 415, 422, 429):
        return "+"
    return "!"


def told(response: TestResponse, address: str) -> tuple[int, str, str]:
    """What tells one answer from another: status, where it leads to, the body; without the thing's own name."""
    names = sorted({each for each in re.split(r"[/.?=&]", address) if len(each) > 2}, key=len, reverse=True)
    body, location = PASSING.sub("", response.get_data(as_text=True)), response.headers.get("Location", "")
    for name in names:
        body, location = body.replace(name, "…"), location.replace(name, "…")
    return response.status_code, location, body
