"""Every limit on how often something may be tried over the web, in one table, each with its reason.

A limit protects people and their data; it is never the reason why a contest stands still. A school, a ward or a
telephone company's gateway is one address: 300 people behind one must enter and start within a minute. Saving and
submitting answers is never limited, except for what comes after a paper's end. Staff's passwords and codes are
counted in the database (accounts/rules.py), new papers of one person too (attempts/rules.py), and nginx has coarse
limits of its own in front of all (deploy/templates/nginx.conf).
"""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Limit:
    """At most so many tries of one key in a window that begins with the first of them."""

    name: str
    most: int
    seconds: int
    key: str
    why: str


# ---- entering a contest, and coming back ----
ENTRIES_FREELY = (
    Limit("entries", 900, MINUTE, "address", "three schools at one stroke of the bell, each person once"),
    Limit("entries-hour", 4000, HOUR, "address", "a telephone company's gateway in a busy hour"),
)
ENTRIES_AT_ALL = (
    Limit("entries-most", 1500, MINUTE, "address", "more people than that do not type at once behind one address"),
    Limit("entries-most-hour", 12_000, HOUR, "address", "whoever computes fast must still not fill a contest"),
)
WAITED_ENTRIES = Limit("entries-waited", 120, MINUTE, "address", "waiting costs a program nothing and buys few entries")
WORK_ONCE = Limit("work", 1, 1200, "challenge", "what was computed or waited for once is good for one entry")
SAME_PERSON_HERE = Limit("identity", 10, 600, "identity and address", "mistakes in typing; not a birth date tried out")
SAME_PERSON_ANYWHERE = Limit(
    "identity-day", 40, DAY, "identity", "a year has 365 birthdays; who has the entry code is not counted here"
)
CODES_TRIED = Limit("resume", 120, MINUTE, "address", "a class comes back after a power cut; a code has 50 random bits")

# ---- public look-ups ----
RECEIPTS = Limit("receipt", 60, MINUTE, "address", "a hall that looks its receipts up; a code has 50 random bits")
RECORDS = Limit("records", 30, 600, "address", "whole files of a contest, for whoever recounts it")

# ---- staff ----
FORGOTTEN = Limit("forgot-password", 10, 15 * MINUTE, "address", "an office that forgets, not a program")

# ---- one's own data ----
DATA_REQUESTS = Limit("data-request", 10, HOUR, "person", "the organizers have to answer each within fifteen days")

# ---- what comes too late ----
LATE_ANSWERS = Limit("late", 60, MINUTE, "paper", "more than a paper's own page ever sends after the end")

TABLE = (
    *ENTRIES_FREELY, *ENTRIES_AT_ALL, WAITED_ENTRIES, WORK_ONCE, SAME_PERSON_HERE, SAME_PERSON_ANYWHERE, CODES_TRIED,
    RECEIPTS, RECORDS, FORGOTTEN, DATA_REQUESTS, LATE_ANSWERS,
)  # fmt: skip
