import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.cli.data_dir import DataDirBusy, hold_data_dir
from quizapp.config import data_dir_of


def test_the_folder_and_its_parts_are_private(tmp_path: Path) -> None:
    hold_data_dir(tmp_path / "a" / "data", lambda: None, 0)

    for part in ("", "run", "log"):
        assert (tmp_path / "a" / "data" / part).stat().st_mode & 0o777 == 0o700


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    hold_data_dir(tmp_path, lambda: None, 0)

    with pytest.raises(DataDirBusy) as busy:
        hold_data_dir(tmp_path, lambda: None, 0)
    assert not busy.value.ending


def test_what_a_killed_product_left_is_waited_for(tmp_path: Path) -> None:
    first = hold_data_dir(tmp_path, lambda: None, 0)
    left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(first.children_lock,))
    os.close(first.own_lock)
    os.close(first.children_lock)

    with pytest.raises(DataDirBusy) as busy:
        hold_data_dir(tmp_path, lambda: None, 0)
    assert busy.value.ending

    def end_it() -> None:
        left.communicate(b"\n")

    assert hold_data_dir(tmp_path, end_it, 60).path == tmp_path


def test_the_default_folder_stands_beside_the_package() -> None:
    assert data_dir_of({"QUIZ_DATA_DIR": ""}).name == "var"
