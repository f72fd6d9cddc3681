"""A question bank's file, typed or uploaded: checked, looked over, stored."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.banks import loader, queries, rules, service
from quizapp.db import transaction
from quizapp.messages import text_of
from quizapp.web.access import allow
from quizapp.web.organize.banks import shown_findings
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.yaml_form import ShownProblem, YamlForm, read

_NAME = "bank.yaml"


@bp.route("/ngan-hang/nhap", methods=["GET", "POST"])
@allow("organizer")
def import_bank() -> ResponseReturnValue:
    """A bank from its file; `?bank=` begins with a bank that is there."""
    known = request.args.get("bank")
    form = YamlForm(data={"text": queries.source_of(known) if known else ""})
    bank: rules.Bank | None = None
    problems: list[ShownProblem] = []
    if form.submitted():
        bank, problems = read(form, lambda data: loader.parse_bank(data, name=_NAME))
        if bank is not None and form.wants_to_save():
            return _save(form.text.data)
    page = render_template(
        "organize/import_bank.html",
        known=known,
        form=form,
        problems=problems,
        bank=bank,
        findings=shown_findings(rules.lint([bank])) if bank else [],
        replaces=bank is not None and queries.find_record(bank.slug) is not None,
    )
    return page, 422 if problems or form.errors else 200


def _save(text: str) -> ResponseReturnValue:
    with transaction():
        record, is_new = service.import_bank(text.encode(), name=_NAME, now=g.now)
    sentence = "bank_imported" if is_new else "bank_unchanged"
    flash(text_of(sentence, slug=record.slug, count=record.question_count), "success")
    return redirect(url_for("organize.bank", slug=record.slug))
