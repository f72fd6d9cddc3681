"""Where a page may send the reader on to: an address of this site, whatever a link has put into `next`."""

import re

# Browsers read "\" as "/", and drop tabs and newlines; two slashes begin another host's address. What an honest page
# of this site sends is plain ASCII, so anything else is not worth understanding.
_OWN = re.compile(r"/(?!/)[!#-\[\]-~]*")
_LONGEST = 2000


def own_path(typed: str | None) -> str | None:
    """`typed` when it is a path of this site (with its query), else None."""
    if not typed or len(typed) > _LONGEST or not _OWN.fullmatch(typed):
        return None
    path = re.split("[?#]", typed, maxsplit=1)[0]
    # "/..//host" becomes "//host" for whoever takes the dots away first.
    return None if "//" in path or ".." in path else typed
