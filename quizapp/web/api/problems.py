"""Every code with which a call may be refused, and the status that goes with it."""

from typing import Any

from pydantic import ConfigDict

from quizapp.web.api.schemas import ResponseBody


class Problem(ResponseBody):
    """RFC 9457. `code` is stable and for programs; `title` is for people; further keys are facts about the refusal."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str


STATUS: dict[str, int] = {
    "json_invalid": 400,
    "sign_in_required": 401,
    "entry_required": 401,
    "token_invalid": 401,
    "wrong_password": 401,
    "given_password_over": 401,
    "otp_required": 401,
    "otp_wrong": 401,
    "new_password_required": 403,
    "second_factor_required": 403,
    "recent_sign_in_required": 403,
    "csrf_failed": 403,
    "not_eligible": 403,
    "not_found": 404,
    "contest_not_found": 404,
    "round_not_found": 404,
    "attempt_not_found": 404,
    "receipt_not_found": 404,
    "tree_not_found": 404,
    "area_not_found": 404,
    "group_not_found": 404,
    "table_not_found": 404,
    "results_not_published": 404,
    "records_not_public": 404,
    "key_not_public": 404,
    "entry_closed": 409,
    "identity_known": 409,
    "round_not_open": 409,
    "round_is_marked": 409,
    "attempts_exhausted": 409,
    "attempts_changed": 409,
    "attempt_closed": 409,
    "answers_missing": 409,
    "bank_exists": 409,
    "contest_launched": 409,
    "amendment_refused": 409,
    "round_begun_meanwhile": 409,
    "round_not_extendable": 409,
    "round_changed_meanwhile": 409,
    "extension_past_promotion": 409,
    "already_launched": 409,
    "launch_refused": 409,
    "not_closed": 409,
    "round_not_settled": 409,
    "already_finalized": 409,
    "regrade_pending": 409,
    "second_person_needed": 409,
    "not_finalized": 409,
    "ranking_not_final": 409,
    "lots_open": 409,
    "other_round_waits": 409,
    "already_published": 409,
    "request_too_large": 413,
    # Said by the web server, before it is a request: the address has no end.
    "bad_request": 414,
    "bad_media_type": 415,
    "invalid": 422,
    "extension_not_later": 422,
    "entry_invalid": 422,
    "duplicate_question": 422,
    "question_not_in_paper": 422,
    "option_unknown": 422,
    "option_twice": 422,
    "one_option_only": 422,
    "prediction_not_asked": 422,
    "prediction_invalid": 422,
    "file_refused": 422,
    "too_many_requests": 429,
    "work_required": 429,
    "sign_in_paused": 429,
    "internal_error": 500,
    "unavailable": 503,
}

# What any call may be refused with, any write, any call with a body, any with a JSON body, any for somebody known.
EVERY_CALL = ("token_invalid", "not_found", "bad_request", "invalid", "internal_error", "unavailable")
EVERY_WRITE = ("csrf_failed",)
EVERY_BODY = ("request_too_large", "bad_media_type")
EVERY_JSON = ("json_invalid",)
EVERY_CALLER = {
    "anyone": (),
    "participant": ("entry_required",),
    "staff": ("sign_in_required", "new_password_required", "second_factor_required"),
    "organizer": ("sign_in_required", "new_password_required", "second_factor_required"),
}
SHARED = {
    *EVERY_CALL, *EVERY_WRITE, *EVERY_BODY, *EVERY_JSON, "entry_required", "sign_in_required", "new_password_required",
    "second_factor_required",
}  # fmt: skip

_TEXT, _WHOLE, _MOMENT = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "date-time"}
_ITEM = {"index": _WHOLE, "question": _TEXT}


def _list_of(**keys: dict[str, Any]) -> dict[str, Any]:
    """At least one object with these keys."""
    return {
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "required": sorted(keys), "properties": keys},
    }


# The facts that some refusals bring along, as JSON schemas of their keys.
FACTS: dict[str, dict[str, Any]] = {
    "invalid": {"errors": _list_of(path=_TEXT, code=_TEXT, message=_TEXT)},
    "entry_invalid": {"fields": {"type": "object", "additionalProperties": _TEXT}},
    "identity_known": {"resume": {"enum": ["code", "details", "otp"]}},
    "not_eligible": {"why": {
        "enum": [
            "age", "group_age", "excluded", "residence", "not_listed", "not_promoted", "entry_required",
        ]
    }},
    "round_not_open": {"opens_at": _MOMENT, "closes_at": _MOMENT},
    "attempts_exhausted": {"max": _WHOLE, "per": {"enum": ["round", "day", "contest"]}},
    "attempt_closed": {"kept_as_evidence": {"type": "boolean"}},
    "answers_missing": {"have_rev": _WHOLE},
    "duplicate_question": _ITEM,
    "question_not_in_paper": _ITEM,
    "option_unknown": _ITEM,
    "option_twice": _ITEM,
    "one_option_only": _ITEM,
    "prediction_invalid": {"metric": _TEXT},
    "launch_refused": {"problems": _list_of(code=_TEXT, message=_TEXT)},
    "amendment_refused": {"problems": _list_of(code=_TEXT, field=_TEXT, message=_TEXT)},
    "extension_not_later": {"closes_at": _MOMENT},
    "extension_past_promotion": {"label": _TEXT},
    "round_not_settled": {"round": _TEXT},
    "already_finalized": {"round": _TEXT},
    "regrade_pending": {"round": _TEXT},
    "second_person_needed": {"round": _TEXT, "person": _TEXT},
    "not_finalized": {"rounds": {"type": "array", "minItems": 1, "items": _TEXT}},
    "lots_open": {"rankings": {"type": "array", "minItems": 1, "items": _TEXT}},
    "other_round_waits": {"round": _TEXT},
    "file_refused": {
        "file": _TEXT,
        "count": _WHOLE,
        "problems": _list_of(
            file=_TEXT, line=_WHOLE, column=_WHOLE, path=_TEXT, code=_TEXT, message=_TEXT, source_line=_TEXT,
            hint={"type": ["string", "null"]},
        ),
    },
    "too_many_requests": {"retry_after": _WHOLE},
    "work_required": {"challenge": _TEXT, "pieces": _WHOLE, "zero_bits": _WHOLE, "retry_after": _WHOLE},
    "sign_in_paused": {"retry_after": _WHOLE},
    "unavailable": {"retry_after": _WHOLE},
    "internal_error": {"request_id": _TEXT},
}  # fmt: skip
# Whoever closes a round that is not open knows its times already; more time for a closed paper brings no answers.
_SOMETIMES = {"round_not_open", "attempt_closed"}


def schema_of(code: str) -> dict[str, Any]:
    """The JSON schema of a problem with that code."""
    facts = FACTS.get(code, {})
    schema: dict[str, Any] = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"code": {"const": code}, "status": {"const": STATUS[code]}, **facts},
    }
    return schema if not facts or code in _SOMETIMES else {**schema, "required": sorted(facts)}
