"""Looking for people by name or number: what is typed comes in the body of a form and stands in no address.

The form leads on to a list whose address holds it sealed, for that member of staff alone: pages, reloading and Back
work as with any list, without script, and neither the history of a browser nor a log learns whom one looked for.
"""

from typing import Any, NamedTuple

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.errors import NotFound
from quizapp.sealed import is_sealed, ring
from quizapp.text import clean
from quizapp.web.access import signed_in_actor

# The parameter of addresses, and the field of forms.
SEALED, FIELD = "tim", "q"
_LONGEST = 100


class LookedFor(NamedTuple):
    """What was typed, "" for nothing; and how it stands in addresses, None for nothing."""

    typed: str
    sealed: str | None


def is_asked() -> bool:
    """Whether this request is such a form."""
    return request.method == "POST" and FIELD in request.form


def lead_on(endpoint: str, **parts: Any) -> ResponseReturnValue:
    """From the form to the list of what it looks for: `parts` of the address that are None are left out."""
    typed = clean(request.form[FIELD])[:_LONGEST]
    parts[SEALED] = ring().seal(typed, _place()) if typed else None
    return redirect(url_for(endpoint, **parts), 303)


def looked_for() -> LookedFor:
    """What this address looks for. Raises NotFound for what was not sealed here and for this person."""
    asked = request.args.getlist(SEALED)
    if not asked:
        return LookedFor("", None)
    typed = ring().open(asked[0], _place()) if len(asked) == 1 and is_sealed(asked[0]) else None
    if typed is None:
        raise NotFound
    return LookedFor(typed, asked[0])


def _place() -> str:
    return f"search of {signed_in_actor().user_id}"
