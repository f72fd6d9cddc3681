"""The command that loads the shipped areas."""

from pathlib import Path

from flask import Flask

from quizapp.areas import queries
from quizapp.cli.areas import load_areas

GOOD = """\
tree: thu
title: Cây thử
valid_from: 2021-11-06
source: tự đặt
levels: [{key: province, label: Tỉnh}]
areas:
  - {code: "1", name: Tỉnh Thử, level: province, kind: tỉnh}
"""


def test_without_files_everything_shipped_is_loaded_once(app: Flask) -> None:
    first = app.test_cli_runner().invoke(load_areas)
    assert first.exit_code == 0
    assert "gia-lai-2022: đã nạp 255 đơn vị." in first.output
    assert len(queries.list_trees()) == 6
    second = app.test_cli_runner().invoke(load_areas)
    assert second.exit_code == 0
    assert second.output.count("không có gì thay đổi") == 6


def test_one_refused_file_keeps_all_of_them_out(app: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("tỉnh}", "tỉnh, parent: x}"), encoding="utf-8")
    refused = app.test_cli_runner().invoke(load_areas, [str(good), str(bad)])
    assert refused.exit_code == 1
    assert f"{bad}:7:70 areas[0].parent: " in refused.stderr
    assert queries.list_trees() == []
    assert app.test_cli_runner().invoke(load_areas, [str(good)]).exit_code == 0
    assert [tree.slug for tree in queries.list_trees()] == ["thu"]
