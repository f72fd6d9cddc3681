"""Question banks: what one is, its fingerprint, options that keep their place, and what an editor should look at."""

from quizapp.banks.rules.bank import (
    DIFFICULTIES,
    OPTION_KEYS,
    Bank,
    Option,
    Question,
    Source,
    bank_from_canonical,
    canonical_bank,
    canonical_json,
    canonical_question,
    content_hash,
    question_hash,
)
from quizapp.banks.rules.image import MAX_IMAGE_BYTES, Image, Picture, kind_of_name, picture_of
from quizapp.banks.rules.lint import Finding, lint
from quizapp.banks.rules.pinning import is_pinned, letter_references

__all__ = [
    "DIFFICULTIES",
    "MAX_IMAGE_BYTES",
    "OPTION_KEYS",
    "Bank",
    "Finding",
    "Image",
    "Option",
    "Picture",
    "Question",
    "Source",
    "bank_from_canonical",
    "canonical_bank",
    "canonical_json",
    "canonical_question",
    "content_hash",
    "is_pinned",
    "kind_of_name",
    "letter_references",
    "lint",
    "picture_of",
    "question_hash",
]
