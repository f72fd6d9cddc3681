"""The script that keeps a running paper usable without a connection (static/js/service-worker.js).

Its address lies beside the papers', so that it governs them and no other page.
"""

from flask import Response

from quizapp.config import ROOT
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp

SCRIPT = ROOT / "static" / "js" / "service-worker.js"


@bp.get("/bai-thi/service-worker.js")
@allow("anyone")
def service_worker() -> Response:
    """The script; browsers ask again after an hour, so that a mended one soon reaches everybody."""
    answer = Response(SCRIPT.read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
