"""The application: settings, extensions, blueprints, commands."""

import hashlib
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

import quizapp.schema  # noqa: F401 - makes every table known
from quizapp import clock, web
from quizapp.cli.commands import quiz
from quizapp.config import ROOT, Settings, read_settings
from quizapp.db import db, ping
from quizapp.db_link import engine_options, more_engines
from quizapp.logs import init_logs
from quizapp.redis_store import init_store
from quizapp.sealed import init_ring
from quizapp.web.big_tables import write_table_command
from quizapp.web.locale import COOKIE as LANGUAGE
from quizapp.web.play.paper_page import THEME
from quizapp.web.proxies import BehindProxies

MAX_REQUEST_BYTES = 6 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application. `settings` None = read from the environment. Raises ConfigError."""
    settings = settings or read_settings()
    app = Flask(
        "quizapp",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        # The tree's content hash in the address lets browsers keep files for ever, relative imports included.
        static_url_path=f"/static/{_tree_hash(ROOT / 'static')}",
    )
    app.config.from_mapping(_flask_config(settings))
    init_logs()
    init_ring([*settings.personal_data_keys, settings.secret_key])
    clock.keep_steady(settings.run_dir / "clock")
    init_store(settings.redis_url)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    web.init_web(app)
    app.wsgi_app = BehindProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    app.cli.add_command(quiz)
    app.cli.add_command(write_table_command)
    if not settings.is_sqlite:
        # The first connection tells the database's time, by which all machines of an installation decide.
        with app.app_context():
            ping()
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    # A browser takes a cookie of such a name over HTTPS alone, and from this host alone.
    prefix = "__Host-" if settings.https else ""
    return {
        "QUIZ": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings),
        "SQLALCHEMY_BINDS": more_engines(settings),
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_REQUEST_BYTES,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "SESSION_COOKIE_NAME": f"{prefix}quiz",
        "LANGUAGE_COOKIE_NAME": f"{prefix}{LANGUAGE}",
        "THEME_COOKIE_NAME": f"{prefix}{THEME}",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The token lives as long as the session: a save must not die of a token's age.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        # Texts only: tables are made to be saved, fonts are compressed already.
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "application/problem+json",
            "image/svg+xml",
        ],
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_STREAMS": False,
        "COMPRESS_BR_LEVEL": 5,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "quizapp" / "translations"),
    }


def _tree_hash(folder: Path) -> str:
    """A short hash over names and contents of all files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
