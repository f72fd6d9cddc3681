"""The saboteurs of servers, databases, workers, clocks and disks; `saboteurs_people` has those of what people do."""

from faults.sabotage import Saboteur

_TOGETHER = "quizapp/web/together.py"
_DIED = """        if not has_died(error):
            raise
"""
_FALSE_ACK = """        if isinstance(asks[0], SaveAsk) and is_unavailable(error):
            return [Saved(each.batch, (), None, None, each.now) for each in asks]
"""
_SAVE = "    return cast(Saved, _ask(app, _SAVING, ask))\n"
_FROM_MEMORY = """    import threading

    holder = app or current_app._get_current_object()
    threading.Timer(2.0, lambda: _ask(holder, _SAVING, ask)).start()
    return Saved(ask.batch, (), None, None, ask.now)
"""
_STORE = "    papers, written = storing.store(asks)\n"
_ASKS_REDIS = """    from quizapp import redis_store

    if not redis_store.is_up():
        raise RuntimeError("Redis is away")
"""
_TIME = "    return time.clock_gettime(_TICKS) + _Steady.offset + _Steady.correction\n"

SABOTEURS: tuple[Saboteur, ...] = (
    Saboteur(
        "a save is acknowledged although the database did not take it",
        _TOGETHER,
        _DIED,
        _FALSE_ACK + _DIED,
        ("F5", "F6", "F7a", "F7b", "F7c", "F15"),
    ),
    Saboteur(
        "a save is acknowledged out of memory and stored later",
        _TOGETHER,
        _SAVE,
        _FROM_MEMORY,
        ("F9", "F10a", "F10b", "F10c"),
    ),
    Saboteur(
        "a migration takes answers away",
        "migrations/env.py",
        "            context.run_migrations()\n",
        "            context.run_migrations()\n"
        "            from sqlalchemy import text\n"
        "            connection.execute(text('DELETE FROM answers WHERE attempt_id / 3 * 3 = attempt_id'))\n",
        ("F11",),
    ),
    Saboteur(
        "a save needs Redis",
        "quizapp/attempts/saving.py",
        _STORE,
        _ASKS_REDIS + _STORE,
        ("F1", "F2c", "F3a", "F3b"),
    ),
    Saboteur(
        "boards are never built anew",
        "quizapp/cli/board_mending.py",
        "        watched = self._watched.setdefault(contest.id, _Watched())\n",
        "        return\n",
        ("F2", "F2b", "F4a", "F4b"),
    ),
    Saboteur(
        "the worker makes nothing final",
        "quizapp/cli/worker.py",
        "    while attempts_queries.list_due(contest.id, before=now - GRACE, limit=1):\n",
        "    while False:\n",
        ("F12",),
    ),
    Saboteur(
        "a paper is made final twice",
        "quizapp/attempts/service.py",
        "        .where(Attempt.id.in_(attempt_ids), Attempt.submitted_at.is_(None))\n",
        "        .where(Attempt.id.in_(attempt_ids))\n",
        ("F13",),
        more=(
            (
                "quizapp/attempts/service.py",
                "    over = [attempt for attempt in map(queries.info_of, rows) if not attempt.is_open(now)]\n",
                "    over = list(map(queries.info_of, rows))\n",
            ),
            (
                "quizapp/attempts/finishing.py",
                "        .where(attempts.c.id == rows.c.id, attempts.c.submitted_at.is_(None))\n",
                "        .where(attempts.c.id == rows.c.id)\n",
            ),
            (
                "quizapp/cli/worker.py",
                "    for contest_id in attempts_queries.contests_with_due(before=now - GRACE):\n",
                "    for contest_id in [each.id for each in contests.list_public_contests()]:\n",
            ),
            (
                "quizapp/cli/worker.py",
                "    while attempts_queries.list_due(contest.id, before=now - GRACE, limit=1):\n",
                "    from quizapp.db import db\n    import sqlalchemy\n"
                "    found = db.session.scalars(sqlalchemy.text('SELECT id FROM attempts WHERE contest_id = '\n"
                "        f'{contest.id} AND submitted_at IS NOT NULL')).all()\n"
                "    with transaction():\n        service.settle(contest, found, now=now)\n"
                "    while attempts_queries.list_due(contest.id, before=now - GRACE, limit=1):\n",
            ),
        ),
    ),
    Saboteur(
        "whoever reads makes nothing final",
        "quizapp/web/settling.py",
        "    _settle_attempts(contest)\n",
        "",
        ("F14",),
    ),
    Saboteur(
        "the wall clock decides",
        "quizapp/clock.py",
        _TIME,
        "    return time.time()\n",
        ("F16a", "F16b", "F17"),
    ),
    Saboteur(
        "acknowledged-before-the-standby-has-it",
        "deploy/templates/patroni.yml",
        'synchronous_commit: "on"',
        "synchronous_commit: local",
        ("F43",),
    ),
)
