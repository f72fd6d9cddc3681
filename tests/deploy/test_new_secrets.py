import re
import subprocess
import sys
from pathlib import Path

from quizapp.config import read_settings
from tests.deploy.conftest import DEPLOY


def make(path: Path) -> list[str]:
    done = subprocess.run([sys.executable, DEPLOY / "new_secrets.py", path], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_all_secrets_are_made_at_once_and_only_for_their_owner(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    names = make(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=") for line in lines)
    assert list(values) == names
    assert {"SECRET_KEY", "PERSONAL_DATA_KEY", "SIGNING_KEY", "DB_APP_PASSWORD"} <= set(names)
    assert len(set(values.values())) == len(names)
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in values.values())
    assert path.stat().st_mode & 0o777 == 0o600
    # With the shipped example they are all that the templates ask for, and the product takes them.
    render = [sys.executable, DEPLOY / "render.py", DEPLOY / "site.env", path, "--out", tmp_path / "etc"]
    subprocess.run(render, check=True, capture_output=True)
    environment = dict(
        line.split("=", 1) for line in (tmp_path / "etc" / "quizapp.env").read_text().splitlines() if line[:1] != "#"
    )
    assert read_settings(environment).personal_data_keys == (values["PERSONAL_DATA_KEY"],)


def test_a_new_version_adds_what_is_new_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    old = "# ours\nSECRET_KEY=as-it-was\n#SIGNING_KEY=later\nREDIS_PASSWORD=\nDB_PASSWORD=x=y"
    path.write_text(old, encoding="utf-8")
    path.chmod(0o644)
    added = make(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(old + "\n")
    assert {"SIGNING_KEY", "REDIS_PASSWORD"} <= set(added)
    assert {"SECRET_KEY", "DB_PASSWORD"}.isdisjoint(added)
    assert path.stat().st_mode & 0o777 == 0o600
    assert make(path) == []
    assert path.read_text(encoding="utf-8") == text
