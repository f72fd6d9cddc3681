"""The signature of the records: what the installation signs, and both programs that check it."""

import importlib.util
import json
import os
import random
import zipfile
from types import ModuleType

import pytest

from quizapp.audit import queries as log
from quizapp.clock import rfc3339
from quizapp.config import ConfigError, read_settings
from quizapp.records.signing import Signer, fingerprint, is_key, is_signed
from tests import factories
from tests.records import checking, plans

# RFC 8032, 7.1: secret key, public key, message, signature.
VECTORS = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The independent program, as a module."""
    spec = importlib.util.spec_from_file_location("kiem_chung", checking.PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_published_examples_of_the_standard_hold(program, secret, public, message, signature):
    data, signed = bytes.fromhex(message), bytes.fromhex(signature)
    assert Signer("whatever", secret).public_key == public
    assert Signer("whatever", secret).sign(data) == signed
    assert is_signed(public, data, signed)
    assert program.is_signed(bytes.fromhex(public), data, signed)


def test_both_programs_agree_on_good_and_bad_signatures(program):
    signer = Signer("a secret")
    public = bytes.fromhex(signer.public_key)
    for size in range(20):
        data = os.urandom(size)
        good = signer.sign(data)
        at = random.randrange(64)
        flipped = good[:at] + bytes([good[at] ^ 1 << random.randrange(8)]) + good[at + 1 :]
        # The same signature with the group's order added to its second half, which the standard forbids.
        longer = (int.from_bytes(good[32:], "little") + program.ORDER).to_bytes(32, "little")
        for signature in (good, flipped, good[:63], b"", good[:32] + longer):
            expected = signature == good
            assert is_signed(signer.public_key, data, signature) is expected
            assert program.is_signed(public, data, signature) is expected
        assert not program.is_signed(public, data + b"x", good)
        assert not program.is_signed(bytes.fromhex(Signer("another").public_key), data, good)
        assert not program.is_signed(bytes([255] * 32), data, good)
    assert program.fingerprint(public) == signer.fingerprint


def test_the_key_follows_from_the_secret_key_unless_one_is_given():
    derived = Signer("a secret")
    assert derived.public_key == Signer("a secret").public_key
    assert derived.public_key != Signer("another secret").public_key
    assert Signer("a secret", VECTORS[0][0]).public_key == VECTORS[0][1]
    assert len(derived.fingerprint) == 39
    for named in (derived.public_key.upper(), derived.fingerprint, derived.fingerprint.replace(" ", "")):
        assert is_key(named, derived.public_key)
    assert not is_key(Signer("another").fingerprint, derived.public_key)


@pytest.mark.parametrize("given", ["abc", "g" * 64, "0" * 63])
def test_a_signing_key_that_is_none_stops_the_start(tmp_path, given):
    env = {"QUIZ_DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    assert read_settings({**env, "QUIZ_SIGNING_KEY": "AB" * 32}).signing_key == "ab" * 32
    with pytest.raises(ConfigError, match="QUIZ_SIGNING_KEY"):
        read_settings({**env, "QUIZ_SIGNING_KEY": given})


@pytest.fixture
def records(app, now, tmp_path):
    """records.zip of a contest of two people, with key and ranking."""
    block = {"paper": {"mode": "fixed", "questions": ["mau-001", "mau-002"], "points": 10}, **GUESSED}
    sat = (plans.Sat(0, 0, 30, right, False, "2", False) for right in (2, 1))
    people = tuple(plans.Somebody(None, "101", False, (one,)) for one in sat)
    contest, end = plans.play(plans.Plan((block,), people), now)
    return contest, checking.save(tmp_path, contest, end)


GUESSED = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}


def contents(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(folder, files: dict[str, bytes]):
    path = folder / "changed.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


def both(path) -> str:
    """The file that both programs name."""
    mine, other = checking.ours(path), checking.theirs(path)
    assert mine is not None
    assert other is not None
    assert mine[0] == other[0]
    return mine[0]


def test_what_is_signed_says_whence_and_how_far_the_log_had_come(records):
    contest, path = records
    files = contents(path)
    manifest = json.loads(files["manifest.json"])
    head = log.find_head(contest.id)
    (last,) = log.list_latest(contest.id, most=1)
    assert manifest["log"] == {"count": head.count, "hash": head.hash, "at": rfc3339(last.at)}
    assert manifest["key"] == factories.SIGNER.public_key
    assert manifest["software"].startswith("quizapp ")
    assert set(manifest["files"]) == {"key.json", "ranking-tuan-1.csv", "raw.jsonl", "rules.json"}
    assert is_signed(manifest["key"], files["manifest.json"], files["manifest.sig"])
    assert checking.ours(path) is None
    assert checking.theirs(path) is None
    assert factories.SIGNER.fingerprint in checking.run(path).stdout


@pytest.mark.parametrize("name", ["key.json", "ranking-tuan-1.csv", "raw.jsonl", "rules.json", "manifest.json"])
def test_one_flipped_byte_in_any_file_is_refused(records, tmp_path, name):
    files = contents(records[1])
    at = random.randrange(len(files[name]))
    flipped = bytes([files[name][at] ^ 1 << random.randrange(7)])
    files[name] = files[name][:at] + flipped + files[name][at + 1 :]
    path = packed(tmp_path, files)
    mine, other = checking.ours(path), checking.run(path)
    assert mine is not None
    assert other.returncode == 1
    assert other.stdout.startswith("SAI: ")


def test_a_flipped_byte_of_the_signature_is_refused(records, tmp_path):
    files = contents(records[1])
    files["manifest.sig"] = files["manifest.sig"][:5] + b"\0" + files["manifest.sig"][6:]
    assert both(packed(tmp_path, files)) == "manifest.sig"


def test_an_old_signature_on_new_files_is_refused(records, tmp_path):
    files = contents(records[1])
    manifest = json.loads(files["manifest.json"])
    manifest["log"]["count"] += 1
    files["manifest.json"] = json.dumps(manifest).encode()
    assert both(packed(tmp_path, files)) == "manifest.sig"


def test_a_manifest_without_its_signature_is_refused(records, tmp_path):
    files = contents(records[1])
    del files["manifest.sig"]
    assert both(packed(tmp_path, files)) == "manifest.sig"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_too_many_is_refused(records, tmp_path):
    files = contents(records[1])
    assert both(packed(tmp_path, {**files, "ghi-chu.txt": b"x"})) == "manifest.json"
    path = packed(tmp_path, files)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("raw.jsonl", files["raw.jsonl"])
    assert checking.ours(path) == ("changed.zip", None, "zip")
    assert checking.theirs(path) == ("raw.jsonl", None, "")


def test_records_that_somebody_else_signed_are_refused_where_the_key_is_named(app, records, tmp_path):
    files = contents(records[1])
    forger = Signer("somebody else's secret")
    manifest = {**json.loads(files["manifest.json"]), "key": forger.public_key}
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.sig"] = forger.sign(files["manifest.json"])
    forged = packed(tmp_path, files)
    unsigned = dict(files)
    del unsigned["manifest.sig"]
    unsigned["manifest.json"] = json.dumps({name: manifest[name] for name in manifest if name != "key"}).encode()
    own, known = records[1], factories.SIGNER.fingerprint
    assert checking.theirs(forged) is None
    for path, refused in ((own, False), (forged, True), (packed(tmp_path / "..", unsigned), True)):
        assert checking.run(path, "--khoa", known).returncode == refused
        done = app.test_cli_runner().invoke(args=["quiz", "verify", str(path), "--key", known])
        assert done.exit_code == refused
    assert fingerprint(forger.public_key) in checking.run(forged).stdout
