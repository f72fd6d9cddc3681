"""The drill of many machines runs on what is shipped: its programs' files, for one machine."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import make_url

from faults.drills.f43_machines import DRILLS
from faults.machines.configuration import Configuration
from faults.postgres import Missing
from faults.saboteurs import SABOTEURS
from quizapp.config import ROOT
from tests.plugins.environment import missing


@pytest.fixture
def configuration(tmp_path: Path) -> Iterator[Configuration]:
    try:
        made = Configuration(tmp_path, "mk-0123456789", random.Random(1), ROOT)
    except Missing as absent:
        missing(str(absent))
    yield made
    made.clear_away()


def test_each_program_gets_the_shipped_file_with_its_own_port(configuration: Configuration, nginx_path: str) -> None:
    ports = configuration.ports
    assert len(set(ports.values())) == len(ports)
    config = configuration.write("db1", NODE_NAME="db1", DB_LISTEN=f"127.0.0.1:{ports['db1']}")
    patroni = yaml.safe_load((config / "patroni.yml").read_text(encoding="utf-8"))
    assert patroni["postgresql"]["listen"] == f"127.0.0.1:{ports['db1']}"
    assert patroni["bootstrap"]["dcs"]["synchronous_mode"] is True
    home = configuration.folder("nginx")
    (home / "logs").mkdir(parents=True)
    config = configuration.write("nginx", LOG_DIR=str(home / "logs"), CACHE_DIR=str(home), RUN_DIR=str(home))
    assert f"server 127.0.0.1:{ports['web2']} " in (config / "nginx.conf").read_text(encoding="utf-8")
    done = subprocess.run([nginx_path, "-t", "-q", "-e", "stderr", "-c", config / "nginx.conf"], capture_output=True)
    assert done.returncode == 0, done.stderr


def test_the_product_goes_through_the_pooler(configuration: Configuration) -> None:
    env = configuration.product_env("web1")
    assert make_url(env["DATABASE_URL"]).port == configuration.ports["pool"]
    assert env["QUIZ_DB_POOLER"] == "1"
    assert Path(env["QUIZ_DATA_DIR"]).is_dir()
    assert configuration.product_env("web2")["QUIZ_DATA_DIR"] != env["QUIZ_DATA_DIR"]


def test_the_drill_has_a_saboteur_that_still_finds_its_text() -> None:
    (drill,) = DRILLS
    mine = [saboteur for saboteur in SABOTEURS if drill.code in saboteur.drills]
    assert mine
    for saboteur in mine:
        assert (ROOT / saboteur.file).read_text(encoding="utf-8").count(saboteur.old) == 1
