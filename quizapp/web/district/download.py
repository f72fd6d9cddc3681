"""Tables to take away, of one's own subtree only."""

from flask import Response

from quizapp.web.access import allow, signed_in_actor
from quizapp.web.district.blueprint import bp
from quizapp.web.district.chosen import chosen
from quizapp.web.downloads import send_report


@bp.get("/<slug>/tai/<table>.<any(csv, xlsx):ext>")
@allow("staff")
def download(slug: str, table: str, ext: str) -> Response:
    """The table for the round and area of the address."""
    return send_report(chosen(slug), table, ext, actor=signed_in_actor())
