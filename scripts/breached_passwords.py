"""Make the list of breached passwords from frequency lists, the commonest first, one a line.

    PYTHONPATH=. python scripts/breached_passwords.py common-passwords.txt 10-million-password-list-top-1000000.txt

Kept are the first 50,000 of all that are long enough and that nothing else refuses, as they are compared, each once.
"""

import gzip
import sys
from itertools import chain
from pathlib import Path

from quizapp.accounts.common_passwords import BREACHED_FILE, HABITS, plain_form
from quizapp.accounts.rules import MIN_PASSWORD, is_monotonous

MOST = 50_000


def main() -> None:
    """Read the lists that are named, and write the file beside the module."""
    kept: set[str] = set()
    for password in chain.from_iterable(Path(name).read_text(encoding="utf-8").split("\n") for name in sys.argv[1:]):
        plain = plain_form(password)
        if len(password) >= MIN_PASSWORD and plain not in HABITS and not is_monotonous(plain):
            kept.add(plain)
        if len(kept) == MOST:
            break
    text = "\n" + "".join(f"{plain}\n" for plain in sorted(kept))
    # Without the moment, the same list makes the same file.
    BREACHED_FILE.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
