"""Both programs on the same files, and what they say."""

import re
import subprocess
import sys
from pathlib import Path

from quizapp.config import ROOT
from quizapp.records import archive
from quizapp.records.formats import Difference
from quizapp.records.verifying import verify
from tests import factories

PROGRAM = ROOT / "static" / "verify" / "kiem-chung.py"
_PLACE = re.compile(r"SAI: (?P<file>[^,:]+)(?:, dòng (?P<line>\d+))?(?:, mục (?P<field>[^:]+))?: ")


def save(folder: Path, contest, end, *, round_=None, to_public=True) -> Path:
    """records.zip, saved."""
    path = folder / f"{contest.slug}.zip"
    with path.open("wb") as file:
        archive.write_archive(file, contest, round_, to_public=to_public, signer=factories.SIGNER, now=end)
    return path


def ours(path: Path):
    """None when the product's own check finds nothing; else (file, line, field) of the first difference."""
    try:
        verify(path)
    except Difference as difference:
        return difference.file, difference.line, difference.field
    return None


def run(path: Path, *more: object) -> subprocess.CompletedProcess[str]:
    """The independent program, alone: no site packages, nothing of this tree on its path."""
    words = [sys.executable, "-I", "-S", str(PROGRAM), str(path), *map(str, more)]
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", cwd="/", check=False)


def theirs(path: Path):
    """The same of the independent program."""
    done = run(path)
    assert done.returncode in (0, 1), done.stderr
    if done.returncode == 0:
        assert "ĐÚNG" in done.stdout
        return None
    place = _PLACE.match(done.stdout)
    assert place, done.stdout + done.stderr
    return place["file"], int(place["line"]) if place["line"] else None, place["field"] or ""
