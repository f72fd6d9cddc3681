"""What every form shares: the base class, and how a refusal of the domain becomes an error on a field."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.meta import DefaultMeta

from quizapp.messages import text_of
from quizapp.text import clean


def strip_text(value: Any) -> Any:
    """Typed text without blanks around, in NFC and without invisible characters."""
    return clean(value) if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """Every form: texts cleaned, errors addable from outside, nothing of what was typed is lost."""

    class Meta(DefaultMeta):
        """Clean every text field on the way in."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Add the cleaning filter to fields that have no filters of their own."""
            filters = unbound_field.kwargs.get("filters", [strip_text])
            return unbound_field.bind(form=form, filters=filters, **options)

    def submitted(self) -> bool:
        """True when the request is a POST whose data passes the form's own checks."""
        return request.method == "POST" and bool(self.validate())

    def add_errors(self, codes: Mapping[str, str], **params: Any) -> None:
        """Put refusals on their fields: {field name: code}; for a field that the form lacks, on the form itself."""
        for name, code in codes.items():
            sentence = text_of(code, **params)
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, sentence]
            else:
                self.form_errors.append(sentence)
