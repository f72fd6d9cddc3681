"""How much a request may bring along: what it is known to need, so that a body that is none of ours is never read.

The limit holds for the length that is said beforehand and, where none is said, for what arrives.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])

# Saves, entries, steps: the largest is some kilobytes. The shipped front lets no more through either.
PLAIN = 64 * 1024
# Staff's forms of many fields.
FORM = 256 * 1024
# A bank, a contest or a list of 5 MiB, with what a form puts around it.
FILE = 6 * 1024 * 1024
_STAFF = ("organize", "district")


def takes_file(view: View) -> View:
    """Mark a view (below `allow`) whose form brings a file along."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def limit_body() -> None:
    """Give the request its limit, before anything of its body is read."""
    endpoint = request.endpoint or ""
    most = _limit(endpoint.partition(".")[0], current_app.view_functions.get(endpoint))
    request.max_content_length = request.max_form_memory_size = most


def _limit(audience: str, view: Callable[..., Any] | None) -> int:
    operation = getattr(view, "operation", None)
    if getattr(view, "takes_file", False) or (operation is not None and operation.takes_yaml):
        return FILE
    return FORM if audience in _STAFF else PLAIN
