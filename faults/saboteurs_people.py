"""Saboteurs of the drills in which people, their browsers and their networks are the trouble."""

from faults.sabotage import Saboteur

_LIVE_KEY = """        from dataclasses import replace
        from quizapp.banks import queries as banks
        frozen = snapshot.read(content)
        live = {
            f"{slug}/{question.id}": question.answer
            for slug in {ref.partition("/")[0] for ref in frozen.questions}
            for question in banks.get_bank(slug).questions
        }
        questions = {
            ref: replace(question, answer=live.get(ref, question.answer)) for ref, question in frozen.questions.items()
        }
        _snapshots[contest_id, content_hash] = replace(frozen, questions=questions)
"""

_STORING = "quizapp/attempts/storing.py"
_IS_OPEN = "    return rules.is_open(paper.deadline, paper.submitted_at, checked.ask.now)\n"
_ACCEPTED = "        .where(papers.c.submitted_at.is_(None), papers.c.deadline >= papers.c.latest)\n"

SABOTEURS: tuple[Saboteur, ...] = (
    Saboteur(
        "journal-not-written",
        "static/js/lib/journal.js",
        'return this.#device.put("journal", record, (kept) => kept.rev > item.rev);',
        "return Promise.resolve(record);",
        ("F20",),
    ),
    Saboteur(
        "tabs-do-not-speak",
        "static/js/lib/tabs.js",
        "tell: (message) => channel?.postMessage(message),",
        "tell: () => {},",
        ("F21",),
    ),
    Saboteur(
        "last-arrival-wins",
        _STORING,
        "        where=Answer.rev < statement.excluded.rev,\n",
        "",
        ("F22", "F28"),
    ),
    Saboteur(
        "losers-of-the-start-are-refused",
        "quizapp/attempts/starting.py",
        "{key: Started(attempt, False) for key, attempt in there.items()}",
        '{key: Conflict("attempts_changed") for key in there}',
        ("F23",),
    ),
    Saboteur(
        "unsent-given-up",
        "static/js/lib/saver.js",
        "    this.#mayHurry = retryAfterMs === 0;\n",
        "    this.#mayHurry = retryAfterMs === 0;\n    await this.#giveUp(batch);\n",
        ("F24",),
    ),
    Saboteur(
        "saves-after-the-deadline-count",
        "quizapp/attempts/saving.py",
        _IS_OPEN,
        "    return True\n",
        ("F25",),
        more=((_STORING, _ACCEPTED, ""),),
    ),
    Saboteur(
        "late-answers-thrown-away",
        "quizapp/web/late_saves.py",
        "        kept = late.keep(attempt_id, current_session_id(), batch, guess, now=g.now)\n",
        "        kept = False\n",
        ("F25",),
    ),
    Saboteur(
        "saves-into-papers-that-are-handed-in",
        "quizapp/attempts/saving.py",
        _IS_OPEN,
        "    return rules.is_open(paper.deadline, None, checked.ask.now)\n",
        ("F26",),
        more=((_STORING, _ACCEPTED, "        .where(papers.c.deadline >= papers.c.latest)\n"),),
    ),
    Saboteur(
        "anybodys-cookie-opens-any-paper",
        "quizapp/attempts/locating.py",
        "            if browser is not None and browser in (row.session_id, row.token_hash):\n",
        "            if browser is not None:\n",
        ("F27",),
    ),
    Saboteur(
        "extension-does-not-reach-open-papers",
        "quizapp/attempts/service.py",
        "        deadline = rules.deadline_of(row.started_at, limit, closes_at) + timedelta(",
        "        deadline = before + 0 * timedelta(",
        ("F29",),
    ),
    Saboteur(
        "idle-pages-hear-nothing-of-it",
        "static/js/lib/time-watch.js",
        "    if (version === this.#known) return false;\n",
        "    if (version !== null) return false;\n",
        ("F29",),
    ),
    Saboteur(
        "graded-by-the-bank-of-today",
        "quizapp/contests/queries.py",
        "        _snapshots[contest_id, content_hash] = snapshot.read(content)\n",
        _LIVE_KEY,
        ("F30",),
    ),
    Saboteur(
        "closed-before-the-end",
        "quizapp/attempts/rules.py",
        "    return submitted_at is None and now <= deadline + GRACE\n",
        "    return submitted_at is None and now <= deadline - GRACE\n",
        ("F32",),
    ),
    Saboteur(
        "every-look-at-the-board-is-dear",
        "quizapp/web/api/boards.py",
        '    """The board, for polling."""\n',
        "    sum(range(20_000_000))\n",
        ("F33",),
    ),
    Saboteur(
        "one-request-at-a-time",
        "gunicorn.conf.py",
        ' or "gevent"',
        ' or "sync"',
        ("F34",),
    ),
    Saboteur(
        "bodies-without-limit",
        "quizapp/web/body_limits.py",
        "PLAIN = 64 * 1024",
        "PLAIN = 600 * 1024 * 1024",
        ("F35",),
    ),
    Saboteur(
        "backup-with-holes",
        "quizapp/backups/sqlite.py",
        '        copy.execute("PRAGMA journal_mode=DELETE")\n',
        '        copy.execute("PRAGMA journal_mode=DELETE")\n'
        '        copy.execute("DELETE FROM answers WHERE attempt_id % 3 = 0")\n        copy.commit()\n',
        ("F38",),
        ("sqlite",),
    ),
)
