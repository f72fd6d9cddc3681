import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from sqlalchemy.engine import make_url

from quizapp.cluster_address import parse_cluster_url
from quizapp.config import read_settings
from tests.deploy.conftest import DEPLOY, SECRETS

FLAVOURS = ("", "compose", "kubernetes")


def test_every_place_is_filled_and_secrets_are_not_for_everybody(
    render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    for path in render.render(values, tmp_path / "etc"):
        text = path.read_text(encoding="utf-8")
        assert not render._PLACE.search(text), path.name
        tells = any(secret in text for secret in SECRETS.values())
        assert (path.stat().st_mode & 0o007 == 0) == tells, path.name


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_product_understands_its_environment(
    render: ModuleType, values: dict[str, str], tmp_path: Path, flavour: str
) -> None:
    own = DEPLOY / flavour / "site.env"
    values |= render.read_values(own.read_text(encoding="utf-8"))
    render.render(values, tmp_path / "etc")
    settings = read_settings(render.read_values((tmp_path / "etc" / "quizapp.env").read_text(encoding="utf-8")))
    assert make_url(settings.database_url).username == "quiz_app"
    assert make_url(settings.database_url).password == SECRETS["DB_APP_PASSWORD"]
    assert settings.database_pooler
    assert settings.secret_key == SECRETS["SECRET_KEY"]
    assert settings.personal_data_keys == (SECRETS["PERSONAL_DATA_KEY"],)
    assert settings.signing_key == SECRETS["SIGNING_KEY"]
    assert settings.retention_months == 12
    assert len(parse_cluster_url(settings.redis_url).nodes) == 3
    assert parse_cluster_url(settings.redis_url).password == SECRETS["REDIS_PASSWORD"]
    assert values["SITE_HOST"] in settings.trusted_hosts
    assert "127.0.0.1" in settings.trusted_proxies


def test_only_the_preparation_knows_the_role_that_owns_the_tables(
    render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    render.render(values, tmp_path / "etc")
    owner = render.read_values((tmp_path / "etc" / "quizapp-owner.env").read_text(encoding="utf-8"))
    assert make_url(owner["DATABASE_URL"]).username == "quiz"
    assert make_url(owner["DATABASE_URL"]).password == SECRETS["DB_PASSWORD"]
    application = (tmp_path / "etc" / "quizapp.env").read_text(encoding="utf-8")
    assert SECRETS["DB_PASSWORD"] not in application.replace(SECRETS["DB_APP_PASSWORD"], "")
    made = (tmp_path / "etc" / "create-database.sh").read_text(encoding="utf-8")
    assert f"CREATE ROLE {owner['QUIZ_DB_APP_ROLE']} LOGIN PASSWORD '{SECRETS['DB_APP_PASSWORD']}'" in made
    assert "CREATE DATABASE quiz OWNER quiz " in made
    for name in ("quizapp-web.service", "quizapp-staff.service", "quizapp-worker.service"):
        assert "owner" not in (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
    unit = (DEPLOY / "systemd" / "quizapp-prepare.service").read_text(encoding="utf-8")
    assert "EnvironmentFile=/etc/quizapp/quizapp-owner.env" in unit
    assert unit.index(" db upgrade") < unit.index(f" quiz grant {owner['QUIZ_DB_APP_ROLE']}")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_answer_is_acknowledged_when_two_machines_have_it(
    render: ModuleType, values: dict[str, str], tmp_path: Path, flavour: str
) -> None:
    values |= render.read_values((DEPLOY / flavour / "site.env").read_text(encoding="utf-8"))
    render.render(values, tmp_path / "etc")
    patroni = yaml.safe_load((tmp_path / "etc" / "patroni.yml").read_text(encoding="utf-8"))
    cluster = patroni["bootstrap"]["dcs"]
    assert cluster["synchronous_mode"] is True
    assert cluster["postgresql"]["parameters"]["synchronous_commit"] == "on"
    # Patroni demands it: a leader that cannot reach the store must have stepped down before another is chosen.
    assert cluster["ttl"] >= cluster["loop_wait"] + 2 * cluster["retry_timeout"]
    assert ("etcd3" in patroni) != ("kubernetes" in patroni)
    assert all("trust" not in rule.split() for rule in patroni["postgresql"]["pg_hba"])
    text = (tmp_path / "etc" / "patroni.yml").read_text(encoding="utf-8")
    assert "statement_timeout" not in text


def test_the_connections_of_all_poolers_fit_into_the_database(values: dict[str, str]) -> None:
    web_machines = len(values["WEB_NODES"].split(","))
    # The worker's machine has a pooler as well; some are for Patroni and for whoever repairs.
    assert (web_machines + 1) * int(values["POOL_SIZE"]) + 20 <= int(values["DB_MAX_CONNECTIONS"])


def test_what_is_not_given_is_named(render: ModuleType, values: dict[str, str], tmp_path: Path) -> None:
    del values["SITE_HOST"]
    with pytest.raises(LookupError, match=r"nginx-tls\.conf asks for SITE_HOST"):
        render.render(values, tmp_path / "etc")
    del values["DB_CA"]
    with pytest.raises(LookupError, match="DB_TLS=on asks for DB_CA"):
        render.render(values, tmp_path / "etc")


def test_what_is_refused_changes_no_file(render: ModuleType, values: dict[str, str], tmp_path: Path) -> None:
    before = {path: path.read_text(encoding="utf-8") for path in render.render(values, tmp_path / "etc")}
    values["SITE_HOST"] = "another.example.vn"
    del values["RETENTION_MONTHS"]
    with pytest.raises(LookupError, match=r"quizapp\.env asks for RETENTION_MONTHS"):
        render.render(values, tmp_path / "etc")
    assert {path: path.read_text(encoding="utf-8") for path in (tmp_path / "etc").iterdir()} == before


def test_files_for_containers_stand_in_a_closed_folder(
    render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    render.render(values, tmp_path / "generated" / "private", for_containers=True)
    assert (tmp_path / "generated").stat().st_mode & 0o077 == 0
    assert (tmp_path / "generated" / "private" / "quizapp.env").stat().st_mode & 0o004
    (tmp_path / "generated").chmod(0o755)
    with pytest.raises(PermissionError, match="chmod 700"):
        render.render(values, tmp_path / "generated" / "private", for_containers=True)


def test_the_program_says_what_it_has_written_or_why_not(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, DEPLOY / "render.py", DEPLOY / "site.env", *words, "--out", tmp_path / "etc"]
        return subprocess.run(command, capture_output=True, text=True)

    done = run("NODE_NAME=may-9")
    assert done.returncode == 1
    assert "asks for" in done.stderr
    done = run("NODE_NAME=may-9", *(f"{name}={value}" for name, value in SECRETS.items()))
    assert done.returncode == 0
    assert str(tmp_path / "etc" / "patroni.yml") in done.stdout.splitlines()
    assert "name: may-9\n" in (tmp_path / "etc" / "patroni.yml").read_text(encoding="utf-8")


def test_a_line_that_says_nothing_is_refused(render: ModuleType) -> None:
    assert render.read_values("# why\n\nA=b=c\n") == {"A": "b=c"}
    with pytest.raises(ValueError, match="not NAME=value"):
        render.read_values("A\n")
