"""The targets: one for each reader of bytes from outside, what it is fed with, and what it may answer."""

import contextlib
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from fuzz.inputs import SNAGS, damaged
from fuzz.site import NOW, Site
from quizapp import strict_yaml, text
from quizapp.areas import queries as areas
from quizapp.areas.tree_file import read_tree_file
from quizapp.attempts import marks
from quizapp.backups import archive
from quizapp.banks.loader import parse_bank
from quizapp.banks.pictures import RefusedPicture, cleaned
from quizapp.clock import local_date
from quizapp.config import ROOT
from quizapp.contests import loader, sizes_file
from quizapp.contests.spec import ContestSpec
from quizapp.entries import roster
from quizapp.errors import Invalid, QuizError
from quizapp.messages import problem_text
from quizapp.records.formats import Difference
from quizapp.records.verifying import verify
from quizapp.strict_yaml import RefusedFile
from quizapp.web.api.reading import parse_json
from tests import factories, pictures

Run = Callable[[Site, bytes], None]
_YAML_WORDS = (
    b"answer: ",
    b"[A, C]",
    b"options:\n",
    b"  - {",
    b"}\n",
    b"image: a.png",
    b"null",
    b"draw: [",
    b"count: ",
)
_CSV_WORDS = (b'"', b'""', b";", b"\t", b"\n", b"Nguy\xe1\xbb\x85n", b"19/05/1990", b"0912345678", b"41.160")
_JSON_WORDS = (
    b"{",
    b"}",
    b"[]",
    b'""',
    b"1",
    b"-1",
    b"1.0",
    b"null",
    b'"A"',
    b'"\\ud800"',
    b'"\\u0000"',
    b"9007199254740993",
)
_ATTACKS = (b"..%2f", b"..\\", b"%00", b"' OR 1=1--", b"<script>", b"*", b"a" * 300, "٣".encode(), "Đ".encode())


@dataclass(frozen=True)
class Target:
    """`inputs` of a site; `run` raises nothing but AssertionError, and that only for what must not be."""

    name: str
    inputs: Callable[[Site], st.SearchStrategy[bytes]]
    run: Run


def _told(parse: Callable[[], object]) -> None:
    """A file is read, or refused with problems that can be told in words and in JSON."""
    try:
        parse()
    except RefusedFile as refused:
        for problem in refused.problems:
            problem_text(problem).encode()
        json.dumps(refused.details, ensure_ascii=False).encode()


# --- files --------------------------------------------------------------------------------------------------------


def _bank(_: Site, data: bytes) -> None:
    _told(lambda: parse_bank(data, name="bank.yaml", read_image=lambda _: pictures.png()))


def _contest(_: Site, data: bytes) -> None:
    _told(lambda: loader.parse_contest(data, name="contest.yaml"))


def _areas(_: Site, data: bytes) -> None:
    _told(lambda: read_tree_file(data, name="areas.yaml"))


def _yaml(_: Site, data: bytes) -> None:
    _told(lambda: strict_yaml.load(data, name="a.yaml")[1].refuse_problems())


def _roster(site: Site, data: bytes) -> None:
    _told(lambda: roster.parse_roster(data, _listed(site.contest.spec), name="ds.csv", today=local_date(NOW)))


def _listed(spec: ContestSpec) -> ContestSpec:
    entry = spec.entry.model_copy(update={"mode": "roster", "identity": ["phone", "full_name", "date_of_birth"]})
    return spec.model_copy(update={"entry": entry})


def _sizes(_: Site, data: bytes) -> None:
    _told(lambda: sizes_file.read_sizes(data, areas.get_tree("tinh-mau"), name="quy-mo.csv"))


def _marks(_: Site, data: bytes) -> None:
    _told(lambda: marks.parse_marks(data, {"MA-1": 1, "MA-2": 2}, 100, name="diem.csv"))


def _picture(_: Site, data: bytes) -> None:
    with contextlib.suppress(RefusedPicture):
        cleaned(data)


def _bank_seeds(_: Site) -> list[bytes]:
    files = sorted((ROOT / "tests" / "banks" / "files").rglob("*.yaml"))
    return [factories.bank_yaml(questions=3), pictures.bank_yaml(), *(path.read_bytes() for path in files)]


def _contest_seeds(_: Site) -> list[bytes]:
    shipped = [path.read_bytes() for path in sorted((ROOT / "data" / "contests").glob("*.yaml"))]
    return [factories.contest_yaml(NOW), *shipped]


_AREA_SEEDS = [factories.TREE.encode(), factories.OUTSIDE_TREE.encode()]
_ROSTER_SEEDS = [
    "Họ và tên;Số điện thoại;Ngày sinh\nNguyễn Mẫu;0912345678;19/05/1990\nRơ Thử;'0387654321;1990-01-02\n".encode(),
    '\ufeff"Họ và tên","Số điện thoại","Ngày sinh"\r\n"Lê, Văn\nThử","912345678","1/2/1980"\r\n'.encode(),
]
_SIZES_SEEDS = ["Mã;Đơn vị;Số người\n10;Huyện Đak Mẫu;41.160\n;Huyện Ia Thử;20 000\n".encode(), b"code,people\n11,5\n"]
_MARKS_SEEDS = [
    "Mã người dự thi;Họ và tên;Điểm\nMA-1;Nguyễn Thị Mẫu;90\nMA-2;A;'10\n".encode(),
    b"participant\tscore\nMA-1\t5",
]
_PICTURE_SEEDS = [pictures.drawn(kind, 12, 9) for kind in ("png", "jpeg", "webp")] + [
    pictures.drawn("webp", 12, 9, lossless=True),
    pictures.drawn("jpeg", 12, 9, progressive=True),
    *(pictures.header(kind, 9, 9) for kind in pictures.FORMATS),
]


# --- records and backups, read by whoever is handed them -------------------------------------------------------------


def _records(site: Site, data: bytes) -> None:
    path = site.folder / "fuzzed.zip"
    path.write_bytes(data)
    with contextlib.suppress(Difference):
        verify(path)
    assert _alone([str(path)]) in (0, 1)


def _receipt_file(site: Site, data: bytes) -> None:
    records, path = site.folder / "whole.zip", site.folder / "receipt.json"
    records.write_bytes(site.records)
    path.write_bytes(data)
    assert _alone([str(records), "--bien-nhan", str(path)]) in (0, 1)


def _alone(words: list[str]) -> int:
    """The exit status of the program that anybody may run."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return int(_program().main(words))


def _program():  # type: ignore[no-untyped-def]
    if not _loaded:
        spec = importlib.util.spec_from_file_location("kiem_chung", ROOT / "static" / "verify" / "kiem-chung.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _loaded.append(module)
    return _loaded[0]


_loaded: list[object] = []


def _backup(site: Site, data: bytes) -> None:
    path, to = site.folder / "fuzzed-backup.zip", site.folder / "put-back"
    path.write_bytes(data)
    to.unlink(missing_ok=True)
    with contextlib.suppress(Invalid), archive.opened(path) as opened:
        made = archive.manifest_in(opened)
        archive.key_in(opened)
        archive.extract_data(opened, made, to)


def _repacked(packed: bytes) -> st.SearchStrategy[bytes]:
    """The archive with the bytes of one of its files damaged, or of itself."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}

    @st.composite
    def inside(draw: st.DrawFn) -> bytes:
        changed = dict(files)
        name = draw(st.sampled_from(sorted(files)))
        changed[name] = draw(damaged([files[name]], _JSON_WORDS))
        changed.pop(draw(st.sampled_from([*sorted(files), *[""] * 8])), None)
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
            for each, data in changed.items():
                made.writestr(each, data)
        return written.getvalue()

    return inside() | damaged([packed])


# --- what is typed, and what browsers send --------------------------------------------------------------------------


def _text(_: Site, data: bytes) -> None:
    typed = (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _decodes(data)
        else data.decode("latin-1")
    )
    once = text.clean(typed)
    once.encode()
    assert text.clean(once) == once
    for form in (text.fold, text.sort_key, text.name_sort_key, text.identity_form):
        form(typed)


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _json(_: Site, data: bytes) -> None:
    with contextlib.suppress(QuizError):
        parse_json(data)


def _body(method: str, path: str) -> Run:
    def run(site: Site, data: bytes) -> None:
        client, token, attempt = site.participant
        headers = {"X-CSRF-Token": token}
        address = path.format(slug=site.contest.slug, attempt=attempt)
        site.send(client, method, address, data=data, content_type="application/json", headers=headers)

    return run


def _form(site: Site, data: bytes) -> None:
    client, token, _ = site.participant
    kind = "application/x-www-form-urlencoded"
    body = b"csrf_token=" + token.encode() + b"&" + data
    site.send(client, "POST", f"/cuoc-thi/{site.contest.slug}/dang-ky", data=body, content_type=kind)


def _code(site: Site, data: bytes) -> None:
    client, _, _ = site.participant
    typed = quote_from_bytes(data, safe="")
    for address in (f"/api/v1/receipts/{typed}", f"/bien-nhan?code={typed}", f"/bien-nhan/{typed}"):
        site.send(client, "GET", address)


def _headers(name: str, *addresses: str) -> Run:
    def run(site: Site, data: bytes) -> None:
        value = data.decode("latin-1").translate({10: " ", 13: " "})
        for address in addresses:
            site.send(site.app.test_client(use_cookies=False), "GET", address, headers={name: value})

    return run


def _session(site: Site, data: bytes) -> None:
    """What a session cookie may hold that we have signed: it came from another version of ours."""
    serializer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    try:
        held = json.loads(data)
    except (ValueError, RecursionError):
        held = {"sid": data.decode("latin-1"), "csrf_token": data.decode("latin-1")}
    cookie = f"quiz={serializer.dumps(held if isinstance(held, dict) else {'sid': held})}"
    for address in ("/api/v1/session", "/", "/tai-khoan/dang-nhap"):
        site.send(site.app.test_client(use_cookies=False), "GET", address, headers={"Cookie": cookie})


def _query(site: Site, data: bytes) -> None:
    client, _, _ = site.participant
    query = quote_from_bytes(data, safe="=&+%;")
    for address in (
        f"/api/v1/contests/{site.contest.slug}/rounds/tuan-1/leaderboard",
        "/api/v1/areas",
        f"/api/v1/contests/{site.contest.slug}/results/areas",
        f"/cuoc-thi/{site.contest.slug}/tuan-1/bang-xep-hang",
        "/",
    ):
        site.send(client, "GET", f"{address}?{query}")


def _upload(site: Site, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {site.token}"}
    for path in ("/api/v1/banks/mau", "/api/v1/contests/cuoc-thi-moi"):
        client = site.app.test_client(use_cookies=False)
        site.send(client, "PUT", path, data=data, content_type="application/yaml", headers=headers)


_FILE_SEEDS = [factories.bank_yaml(questions=3), factories.contest_yaml(NOW, contest="cuoc-thi-moi")]
_ENTRY = json.dumps(factories.typed_entry() | {"consent": {"version": "1"}}, ensure_ascii=False).encode()
_ANSWERS = (
    b'{"batch": [{"question": "mau/mau-001", "options": ["A"], "rev": 1}], "prediction": {"value": "5", "rev": 1}}'
)
_SIGN_IN = b'{"login": "quan-tri", "password": "x", "otp": "123456"}'
_TYPED = (
    b"full_name=Nguy%E1%BB%85n+Th%E1%BB%8B+M%E1%BA%ABu&phone=0912345678&date_of_birth=19%2F05%2F1990&area=101&consent=1"
)
_QUERIES = [
    b"area=101&limit=10&around=me",
    b"tree=tinh-mau&parent=10",
    b"round=tuan-1&level=district&group=A",
    b"trang=2&q=Nguy%E1%BB%85n",
]
_LANGUAGES = [b"vi,en;q=0.5", b"en-US,en;q=0.9,vi;q=0.1", b"*;q=0", b"vi;q=nan"]
_COOKIES = [b"quiz=abc.def.ghi; lang=en", b'quiz="a\\"b"; quiz=; lang=vi', b"a=b" * 200]


def _from(*seeds: bytes, words: tuple[bytes, ...] = ()) -> Callable[[Site], st.SearchStrategy[bytes]]:
    return lambda _: damaged(seeds, words)


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target("bank", lambda site: damaged(_bank_seeds(site), _YAML_WORDS), _bank),
        Target("contest", lambda site: damaged(_contest_seeds(site), _YAML_WORDS), _contest),
        Target("areas", _from(*_AREA_SEEDS, words=_YAML_WORDS), _areas),
        Target("yaml", lambda site: damaged(_bank_seeds(site), _YAML_WORDS) | st.binary(max_size=300), _yaml),
        Target("roster", _from(*_ROSTER_SEEDS, words=_CSV_WORDS), _roster),
        Target("sizes", _from(*_SIZES_SEEDS, words=_CSV_WORDS), _sizes),
        Target("marks", _from(*_MARKS_SEEDS, words=_CSV_WORDS), _marks),
        Target("picture", _from(*_PICTURE_SEEDS), _picture),
        Target("records", lambda site: _repacked(site.records), _records),
        Target("receipt-file", lambda site: damaged([site.receipt], _JSON_WORDS), _receipt_file),
        Target("backup", lambda site: _repacked(site.backup), _backup),
        Target(
            "text",
            lambda _: st.text().map(lambda typed: typed.encode("utf-8", "surrogatepass")) | damaged(SNAGS),
            _text,
        ),
        Target("json", _from(_ANSWERS, _ENTRY, words=_JSON_WORDS), _json),
        Target("api-entry", _from(_ENTRY, words=_JSON_WORDS), _body("POST", "/api/v1/contests/{slug}/entries")),
        Target("api-answers", _from(_ANSWERS, words=_JSON_WORDS), _body("PUT", "/api/v1/attempts/{attempt}/answers")),
        Target("api-session", _from(_SIGN_IN, words=_JSON_WORDS), _body("POST", "/api/v1/session")),
        Target("api-files", _from(*_FILE_SEEDS, words=_YAML_WORDS), _upload),
        Target("entry-form", _from(_TYPED, words=(b"&", b"=", b"%00", b"%ff", b"%ED%A0%80", b"+")), _form),
        Target("receipt-code", _from(b"ABCD-EFGH-IJKL", b"abcdefghijkl", words=_ATTACKS), _code),
        Target("cookies", _from(*_COOKIES), _headers("Cookie", "/", "/api/v1/session")),
        Target("session", _from(b'{"sid": "a", "csrf_token": "b", "_permanent": true}', words=_JSON_WORDS), _session),
        Target("language", _from(*_LANGUAGES), _headers("Accept-Language", "/", "/api/v1/session")),
        Target("query", _from(*_QUERIES, words=(*_ATTACKS, b"&", b"=")), _query),
    )
}
