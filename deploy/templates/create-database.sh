#!/bin/sh
# Patroni runs it once, on the first primary: the product's two users and its database. `quiz` owns the tables and runs
# migrations; `quiz_app` serves people, and gets its rights from `quiz grant`: it can do everything but change the log.
set -eu
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$1" <<'SQL'
CREATE ROLE quiz LOGIN PASSWORD '@DB_PASSWORD@';
CREATE ROLE quiz_app LOGIN PASSWORD '@DB_APP_PASSWORD@';
-- Of every session, whichever transaction it serves: pgbouncer hands sessions from one caller to the next.
ALTER ROLE quiz SET lock_timeout = '5s';
ALTER ROLE quiz SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE quiz_app SET lock_timeout = '5s';
ALTER ROLE quiz_app SET idle_in_transaction_session_timeout = '60s';
CREATE DATABASE quiz OWNER quiz TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
