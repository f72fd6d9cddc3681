"""Archives are looked at before anything in them is unpacked."""

import io
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quizapp import zip_file
from quizapp.config import ROOT

MOST = 10 << 20


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return written.getvalue()


def contents(data: bytes, folder: Path, *, most: int = MOST) -> dict[str, bytes]:
    """All that is in the archive."""
    path = folder / "a.zip"
    path.write_bytes(data)
    with zip_file.opened(path, most_bytes=most) as archive, zip_file.reading():
        return {name: archive.read(name) for name in archive.namelist()}


def refused(data: bytes, folder: Path, *, most: int = MOST) -> bool:
    with pytest.raises(zip_file.Refused) as told:
        contents(data, folder, most=most)
    return bool(str(told.value))


def patched(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The archive with other bytes in each header of that kind."""
    changed, at = bytearray(data), data.find(signature)
    while at >= 0:
        changed[at + offset : at + offset + len(value)] = value
        at = data.find(signature, at + 1)
    return bytes(changed)


LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_honest_archive_is_read(tmp_path: Path, method: int) -> None:
    files = {"rules.json": b"{}", "raw.jsonl": b'{"a": 1}\n' * 10_000, "ranking-tuan-1.csv": b""}
    assert contents(packed(*files.items(), method=method), tmp_path) == files


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "a/b.json",
        "a/",
        "..",
        ".htaccess",
        "..\\x",
        "C:x",
        "x\u2215y",
        "x" * 200,
        "a b",
        "raw.jsonl ",
    ],
)
def test_names_that_are_paths_or_no_names_are_refused(tmp_path: Path, name: str) -> None:
    assert refused(packed(("rules.json", b"{}"), (name, b"x")), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("rules.json")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert refused(packed((link, b"/etc/passwd")), tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """One reader would take the first, another the last."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("rules.json", b"{}"), ("rules.json", b"[]"))
    assert refused(data, tmp_path)


def test_encrypted_files_are_refused(tmp_path: Path) -> None:
    data = packed(("rules.json", b"{}"))
    for signature, offset in ((LOCAL, 6), (CENTRAL, 8)):
        data = patched(data, signature, offset, struct.pack("<H", 1))
    assert refused(data, tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(tmp_path: Path, method: int) -> None:
    assert refused(packed(("rules.json", b"{}" * 100), method=method), tmp_path)


@pytest.mark.parametrize("said", [0, 5, 2**31])
def test_sizes_that_are_not_true_are_refused(tmp_path: Path, said: int) -> None:
    data = packed(("rules.json", b"0123456789" * 3))
    assert refused(patched(data, CENTRAL, 24, struct.pack("<I", said)), tmp_path)


def test_more_than_what_is_wanted_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data = packed(("a", bytes(range(256)) * 2000), ("b", bytes(range(256)) * 2000))
    assert len(contents(data, tmp_path, most=1_024_000)) == 2
    assert refused(data, tmp_path, most=1_023_999)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9, 0.99])
def test_an_archive_that_breaks_off_or_is_damaged_is_refused(tmp_path: Path, at: float) -> None:
    data = packed(("raw.jsonl", bytes(range(256)) * 400), ("rules.json", b"{}"), method=zipfile.ZIP_STORED)
    assert refused(data[: int(len(data) * at)], tmp_path)
    here = int(len(data) * min(at, 0.9))
    assert refused(data[:here] + bytes([data[here] ^ 1]) + data[here + 1 :], tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"x" * 100_000])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refused(data, tmp_path)


def test_a_file_that_is_not_there_is_refused_where_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a", b"")))
    with zip_file.opened(path, most_bytes=MOST) as archive, pytest.raises(zip_file.Refused), zip_file.reading():
        archive.read("b")


def test_what_goes_wrong_beside_the_reading_is_not_told_as_the_archives_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a", b"")))
    with pytest.raises(ValueError, match="of our own"), zip_file.opened(path, most_bytes=MOST):
        raise ValueError("of our own")


BOMBS = """
import resource, sys, zipfile
from pathlib import Path
from quizapp import zip_file

folder = Path(sys.argv[1])
path = folder / "bomb.zip"

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def entry(archive, name, chunks, chunk):
    with archive.open(name, "w", force_zip64=True) as file:
        for _ in range(chunks):
            file.write(chunk)

with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("a", b"x" * 1_000_000)
before = peak()
for kind in sys.argv[2:]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if kind == "zeros":
            entry(archive, "raw.jsonl", 1000, bytes(1_000_000))
        elif kind == "entries":
            archive.writestr("a", b"")
    if kind == "entries":
        # A hundred thousand entries that all say where the first file is.
        data = path.read_bytes()
        start, end = data.index(b"PK\\1\\2"), data.index(b"PK\\5\\6")
        count = 100_000
        tail = bytearray(data[end:])
        tail[8:12] = (count & 0xFFFF).to_bytes(2, "little") * 2
        tail[12:16] = ((end - start) * count).to_bytes(4, "little")
        with path.open("wb") as file:
            file.write(data[:start])
            for _ in range(count):
                file.write(data[start:end])
            file.write(tail)
    try:
        with zip_file.opened(path, most_bytes=1 << 28) as archive, zip_file.reading():
            for name in archive.namelist():
                archive.read(name)
        print("read")
    except zip_file.Refused:
        print("refused")
print((peak() - before) // 1024)
"""


def test_bombs_are_refused_with_little_memory(tmp_path: Path) -> None:
    """In a process of its own, whose memory at its highest can be asked for."""
    command = [sys.executable, "-c", BOMBS, str(tmp_path), "zeros", "entries"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.stderr == ""
    *outcomes, more = ended.stdout.split()
    assert outcomes == ["refused"] * 2
    assert int(more) < 50
