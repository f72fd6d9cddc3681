import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_the_unit(systemd_analyze: Path, tmp_path: Path, unit: Path) -> None:
    for each in UNITS:
        text = each.read_text(encoding="utf-8")
        # The programs are not installed where the tests run; that they exist is all that is taken for granted.
        for program in ("/srv/quizapp/.venv/bin/python", "/usr/bin/redis-server", "/usr/sbin/rsyslogd"):
            text = text.replace(program, sys.executable)
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [systemd_analyze, "verify", "--man=no", "--recursive-errors=no", tmp_path / unit.name],
        capture_output=True, text=True, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:/lib/systemd/system"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_new_version_comes_without_an_interruption() -> None:
    for name in ("quizapp-web.service", "quizapp-staff.service"):
        lines = (DEPLOY / "systemd" / name).read_text(encoding="utf-8").splitlines()
        assert "ExecReload=/bin/kill -HUP $MAINPID" in lines
        assert "Restart=always" in lines
