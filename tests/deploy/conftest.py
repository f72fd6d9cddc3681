import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from quizapp.config import ROOT
from tests.plugins.environment import missing

DEPLOY = ROOT / "deploy"
SECRETS = {
    name: f"bi-mat-cua-ca-he-thong-{name.lower()}"
    for name in (
        *("SECRET_KEY", "DB_PASSWORD", "DB_APP_PASSWORD", "DB_REPLICATION_PASSWORD", "DB_SUPERUSER_PASSWORD"),
        *("REDIS_PASSWORD", "PERSONAL_DATA_KEY"),
    )
} | {"SIGNING_KEY": "5ec4e7" + 58 * "0"}


@pytest.fixture(scope="session")
def render() -> ModuleType:
    """deploy/render.py, which is a program and no package."""
    spec = importlib.util.spec_from_file_location("deploy_render", DEPLOY / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def shipped_values(render: ModuleType) -> dict[str, str]:
    """The shipped example with secrets."""
    return {**render.read_values((DEPLOY / "site.env").read_text(encoding="utf-8")), **SECRETS}


@pytest.fixture
def values(shipped_values: dict[str, str]) -> dict[str, str]:
    """The same, to be changed by one test."""
    return dict(shipped_values)


@pytest.fixture(scope="session")
def nginx_path() -> str:
    """The executable of nginx."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin") or missing("nginx")


@pytest.fixture(scope="session")
def systemd_analyze() -> Path:
    """The program that checks units."""
    found = shutil.which("systemd-analyze") or missing("systemd-analyze (the package systemd)")
    return Path(found)
