"""The question banks that an organizer may read: what they hold, and what an editor should look at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from quizapp.banks import queries, rules
from quizapp.banks.rules import Finding
from quizapp.messages import text_of
from quizapp.messages.staff import DIFFICULTIES
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.downloads import disposition
from quizapp.web.organize.blueprint import bp


@dataclass(frozen=True)
class ShownFinding:
    """A thing to look at, in words; `questions` as "bank/id"."""

    is_error: bool
    sentence: str
    questions: tuple[str, ...]


@bp.get("/ngan-hang/cau-hoi")
@allow("organizer")
def banks() -> ResponseReturnValue:
    """Every bank with its numbers, and how much there is to look at."""
    area_id, found = signed_in_actor().area_id, all_findings()
    return render_template(
        "organize/banks.html",
        banks=queries.list_banks(within=area_id),
        findings=Counter(slug for finding in found for slug in slugs_of(finding)),
        difficulties=DIFFICULTIES,
    )


@bp.get("/ngan-hang/cau-hoi/<slug>")
@allow("organizer")
def bank(slug: str) -> ResponseReturnValue:
    """All questions of one bank with their right options and sources."""
    area_id = signed_in_actor().area_id
    found = queries.get_bank(slug, within=area_id)
    return render_template(
        "organize/bank.html",
        bank=found,
        is_own=not queries.is_taken(slug, area_id),
        findings=shown_findings(finding for finding in all_findings() if slug in slugs_of(finding)),
        difficulties=DIFFICULTIES,
        by_topic=Counter(question.topic for question in found.questions),
    )


@bp.get("/ngan-hang/cau-hoi/<slug>/bank.yaml")
@allow("organizer")
def bank_source(slug: str) -> Response:
    """The bank's file as it was imported."""
    source = queries.source_of(slug, within=signed_in_actor().area_id)
    answer = Response(source, content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition(f"{slug}.yaml")
    return answer


def all_findings() -> list[Finding]:
    """What there is to look at in all that one reads together: the same question may stand in two banks."""
    area_id = signed_in_actor().area_id
    slugs = [summary.slug for summary in queries.list_banks(within=area_id)]
    return rules.lint([queries.get_bank(slug, within=area_id) for slug in slugs])


def shown_findings(findings: Iterable[Finding]) -> list[ShownFinding]:
    """The findings in words, certain errors first."""
    shown = [
        ShownFinding(finding.severity == "error", text_of(finding.code, **finding.params), finding.questions)
        for finding in findings
    ]
    return sorted(shown, key=lambda finding: not finding.is_error)


def slugs_of(finding: Finding) -> set[str]:
    """The banks that a finding is about."""
    return {finding.bank, *(reference.partition("/")[0] for reference in finding.questions)}
