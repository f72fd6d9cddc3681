"""Where a browser says that a request comes from: a page of another site has nothing to write here, token or not."""

from typing import Any
from urllib.parse import urlsplit

_USUAL_PORTS = (":80", ":443")


def is_foreign(environ: dict[str, Any]) -> bool:
    """True when the browser names another site as the sender.

    Hosts are compared, not schemes: who ends TLS is not always told. A browser that names none is judged by its token.
    """
    if environ.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        return True
    origin = environ.get("HTTP_ORIGIN")
    if not origin or origin == "null":
        return False
    try:
        return _host(urlsplit(origin).netloc) != _host(environ.get("HTTP_HOST", ""))
    except ValueError:
        return True


def _host(netloc: str) -> str:
    netloc = netloc.lower()
    return next((netloc.removesuffix(port) for port in _USUAL_PORTS if netloc.endswith(port)), netloc)
