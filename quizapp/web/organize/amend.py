"""Another version of the rules of a running contest: what may change is shown first, and why it changes is asked."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from quizapp.areas import queries as areas
from quizapp.awards import service as awards
from quizapp.contests import amending, queries
from quizapp.contests.queries import ContestInfo
from quizapp.contests.spec import ContestSpec
from quizapp.db import transaction
from quizapp.errors import Conflict
from quizapp.messages import text_of
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.yaml_form import ShownProblem, YamlForm, read
from quizapp.web.rules_text import rules_text


class AmendForm(YamlForm):
    """The amended file, and why it is amended; the reason is public."""

    reason = TextAreaField(_l("Lý do sửa đổi"), validators=[Length(max=500, message=_l("Tối đa 500 ký tự."))])


@dataclass(frozen=True)
class Checked:
    """What came of reading the file: the rules that would be in force, or its mistakes, or what must not change."""

    spec: ContestSpec | None = None
    problems: tuple[ShownProblem, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True when the file cannot be taken."""
        return bool(self.problems or self.refusals)


@bp.route("/<slug>/sua-doi", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def amend(slug: str) -> ResponseReturnValue:
    """The file as it is in force, to be amended for the rounds that have not begun."""
    contest, form, checked = own_contest(slug), AmendForm(data={"text": queries.source_of(slug)}), Checked()
    _check_state(contest)
    if form.submitted():
        checked = _check(contest, form)
        if checked.spec and form.wants_to_save() and _has_reason(form):
            return _save(contest, form)
    begun = amending.begun_rounds(contest, g.now)
    page = render_template(
        "organize/amend.html",
        contest=contest,
        form=form,
        checked=checked,
        sections=_sections(contest, checked.spec) if checked.spec else (),
        begun=[round_.label for round_ in contest.rounds if round_.key in begun],
        coming=[round_.label for round_ in contest.rounds if round_.key not in begun],
        versions=queries.list_versions(contest.id),
    )
    return page, 422 if checked.is_refused or form.errors else 200


def _check_state(contest: ContestInfo) -> None:
    if contest.launched_at is None:
        raise Conflict("contest_not_launched")
    if contest.published_at is not None:
        raise Conflict("already_published")


def _check(contest: ContestInfo, form: AmendForm) -> Checked:
    try:
        spec, problems = read(form, lambda data: amending.parse(contest, data, name=f"{contest.slug}.yaml", now=g.now))
    except Conflict as refused:
        return Checked(refusals=tuple(text_of(each["code"], **each) for each in refused.details["problems"]))
    return Checked(spec, tuple(problems))


def _has_reason(form: AmendForm) -> bool:
    if not form.reason.data:
        form.add_errors({"reason": "reason_missing"})
    return bool(form.reason.data)


def _save(contest: ContestInfo, form: AmendForm) -> ResponseReturnValue:
    before = queries.latest_version(contest.id)
    with transaction():
        amending.amend(
            contest,
            form.text.data.encode(),
            name=f"{contest.slug}.yaml",
            actor=signed_in_actor().login,
            reason=form.reason.data,
            now=g.now,
        )
        amended = queries.get_contest(contest.slug)
        awards.keep_up(amended, cause="amend", actor=signed_in_actor().login, now=g.now)
    version = queries.latest_version(contest.id)
    if version == before:
        flash(gettext("Tệp không thay đổi gì, nên thể lệ giữ nguyên phiên bản %(version)s.", version=version), "info")
    else:
        flash(gettext("Thể lệ phiên bản %(version)s có hiệu lực từ bây giờ.", version=version), "success")
    return redirect(url_for("organize.contest", slug=contest.slug))


def _sections(contest: ContestInfo, spec: ContestSpec) -> tuple[object, ...]:
    levels = areas.get_tree_by_id(contest.tree_id).levels
    return rules_text(spec, {level.key: level.label for level in levels})
