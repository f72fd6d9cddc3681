"""The document of the API: for programs as OpenAPI 3.1, for people as a page."""

from typing import Any

from flask import Response, current_app, json, render_template
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from pydantic import ConfigDict

from quizapp.web.api.blueprint import bp
from quizapp.web.api.caching import share
from quizapp.web.api.docs_page import models_of, sections_of, shared_refusals
from quizapp.web.api.document import build_document
from quizapp.web.api.operation import json_text, operation
from quizapp.web.api.schemas import ResponseBody

_MAX_AGE_SECONDS = 300


class OpenApi(ResponseBody):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


@bp.get("/openapi.json")
@operation(summary=_l("Tài liệu này, cho chương trình"), auth="anyone", responses={200: OpenApi})
def get_openapi() -> Response:
    """The document."""
    response = json_text(json.dumps(_document(), ensure_ascii=False))
    share(response, _MAX_AGE_SECONDS)
    response.vary.add("Accept-Language")
    return response


@bp.get("/docs")
@operation(summary=_l("Tài liệu này, cho người đọc"), auth="anyone", responses={200: ("text/html",)})
def get_docs() -> Response:
    """The document as a page."""
    document = _document()
    page = render_template(
        "api/docs.html",
        info=document["info"],
        sections=sections_of(document),
        shared=shared_refusals(),
        models=models_of(document),
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _document() -> dict[str, Any]:
    """The document in the reader's language, built once for each."""
    built: dict[str, dict[str, Any]] = current_app.extensions.setdefault("quiz_openapi", {})
    locale = str(get_locale())
    if locale not in built:
        built[locale] = build_document(current_app)
    return built[locale]
