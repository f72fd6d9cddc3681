"""The navigation of staff: every page of theirs has a place in it."""

import pytest

from quizapp.accounts.rules import Actor, Role
from quizapp.web.nav import ENTRIES, nav_items

# Files and printed sheets have no navigation; steps only lead to pages.
WITHOUT_NAVIGATION = {
    "district.download",
    "district.print_contest",
    "district.retire_unit",
    "organize.apply_ruling",
    "organize.bank_source",
    "organize.cancel_ruling",
    "organize.contest_log_file",
    "organize.contest_source",
    "organize.installation_log_file",
    "organize.marks_list",
    "organize.print_awards",
    "organize.publish",
    "organize.publish_awards",
    "organize.set_size",
    "organize.sizes_list",
    "organize.work_out_ruling",
}


def staff_endpoints(app):
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith(("organize.", "district."))}


def test_every_page_of_staff_has_its_place(app):
    covered = [endpoint for entry in ENTRIES for endpoint in (entry.endpoint, *entry.covers)]
    assert len(covered) == len(set(covered)), "a page under two entries"
    assert set(covered) | WITHOUT_NAVIGATION == staff_endpoints(app)
    assert not set(covered) & WITHOUT_NAVIGATION


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.DISTRICT, ["Kết quả theo đơn vị", "Đơn vị cơ sở"]),
        (Role.ORGANIZER, ["Cuộc thi", "Bộ câu hỏi", "Tài khoản cán bộ", "Kết quả theo đơn vị", "Đơn vị cơ sở"]),
    ],
)
def test_everybody_gets_their_entries(app, role, expected):
    with app.test_request_context():
        items = nav_items(Actor(1, "can-bo", role, 1), "district.people")
    assert [label for label, _, _ in items] == expected
    assert [label for label, _, current in items if current] == ["Kết quả theo đơn vị"]


def test_nobody_signed_in_gets_none(app):
    with app.test_request_context():
        assert nav_items(None, "district.home") == []
