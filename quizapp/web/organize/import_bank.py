"""A question bank's file, typed or uploaded: checked, looked over, stored."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp import strict_yaml
from quizapp.banks import loader, queries, rules, service
from quizapp.db import transaction
from quizapp.messages import text_of
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.organize.banks import shown_findings
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.yaml_form import ShownProblem, YamlForm, read

_NAME = "bank.yaml"


@bp.route("/ngan-hang/nhap", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def import_bank() -> ResponseReturnValue:
    """A bank from its file; `?bank=` begins with a bank that is there."""
    known, area_id = request.args.get("bank"), signed_in_actor().area_id
    form = YamlForm(data={"text": queries.source_of(known, within=area_id) if known else ""})
    bank: rules.Bank | None = None
    problems: list[ShownProblem] = []
    if form.submitted():
        bank, problems = read(form, _check)
        if bank is not None and form.wants_to_save():
            return _save(form.text.data)
    page = render_template(
        "organize/import_bank.html",
        known=known,
        form=form,
        problems=problems,
        bank=bank,
        findings=shown_findings(rules.lint([bank])) if bank else [],
        replaces=bank is not None and queries.find_record(bank.slug, within=area_id) is not None,
    )
    return page, 422 if problems or form.errors else 200


def _check(data: bytes) -> rules.Bank:
    """The bank in the file, when it is sound and its slug is free or that of a bank of one's own."""
    bank = loader.parse_bank(data, name=_NAME)
    if queries.is_taken(bank.slug, signed_in_actor().area_id):
        _, source = strict_yaml.load(data, name=_NAME)
        source.report(("bank",), "bank_exists", slug=bank.slug)
        source.refuse_problems()
    return bank


def _save(text: str) -> ResponseReturnValue:
    actor = signed_in_actor()
    with transaction():
        record, is_new = service.import_bank(
            text.encode(), name=_NAME, actor=actor.login, owner_area_id=actor.area_id, now=g.now
        )
    sentence = "bank_imported" if is_new else "bank_unchanged"
    flash(text_of(sentence, slug=record.slug, count=record.question_count), "success")
    return redirect(url_for("organize.bank", slug=record.slug))
