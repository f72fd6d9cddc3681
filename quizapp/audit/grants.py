"""What the application may do in a PostgreSQL whose tables belong to another role: everything but change the log.

The triggers of the log hold only whoever cannot drop them, and its owner can. So the tables belong to a role that runs
migrations and nothing else; the role of the web servers and the worker may read and add lines, and owns nothing.
"""

from sqlalchemy import text

from quizapp.db import db
from quizapp.errors import Conflict, Invalid, NotFound

_LOG = "audit_entries"
_RIGHTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE CREATE ON SCHEMA {schema} FROM {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    # Of the tables that a later migration makes, until the next call gives them their rights anyway.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {log} FROM {role}, PUBLIC",
    # Which migrations have run is for the owner to say.
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
)
# A role that may make roles can make itself a member of the owner.
_POWERS = """
SELECT rolsuper OR rolcreaterole
    OR pg_has_role(oid, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
               AND pg_has_role(pg_roles.oid, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = :role
"""
_TOO_MUCH = """
SELECT has_schema_privilege(:role, current_schema(), 'CREATE')
    OR has_table_privilege(:role, :log, 'DELETE, TRUNCATE, TRIGGER')
    OR has_any_column_privilege(:role, :log, 'UPDATE')
"""


def grant(role: str) -> None:
    """Give the role what the application needs. For the owner of the tables, in a transaction, as often as wanted.

    Raises Invalid("grant_needs_postgresql"), NotFound("role_not_found"), Conflict("role_too_mighty") for a role that
    could get round it: a superuser, one that makes roles, the owner itself or a member of it, or one that may create in
    the schema by a right of everybody's.
    """
    session = db.session()
    if session.get_bind().dialect.name != "postgresql":
        raise Invalid("grant_needs_postgresql")
    may_all = session.scalar(text(_POWERS), {"role": role})
    if may_all is None:
        raise NotFound("role_not_found", role=role)
    if may_all:
        raise Conflict("role_too_mighty", role=role)
    quote = session.get_bind().dialect.identifier_preparer.quote_identifier
    schema = quote(session.scalars(text("SELECT current_schema()")).one())
    for statement in _RIGHTS:
        session.execute(text(statement.format(schema=schema, role=quote(role), log=_LOG)))
    if session.scalar(text(_TOO_MUCH), {"role": role, "log": _LOG}):
        raise Conflict("role_too_mighty", role=role)
