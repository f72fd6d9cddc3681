"""What stands in the way of the steps of a round's result."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LIFECYCLE: dict[str, LazyString] = {
    "step_not_now": _l("%(round)s chưa tới hoặc đã qua bước này."),
    "version_not_found": _l("Không có phiên bản kết quả này."),
    "round_not_settled": _l("%(round)s chưa đóng hẳn hoặc số liệu chưa chốt, nên chưa xét kết quả được."),
    "already_finalized": _l("Kết quả %(round)s đã được duyệt trước đó."),
    "not_finalized": _l("Kết quả %(rounds)s chưa được duyệt, nên chưa công bố được."),
    "second_person_needed": _l(
        "Kết quả %(round)s do %(person)s đề nghị; theo thể lệ phải có người thứ hai duyệt, không phải cùng một người."
    ),
    "not_under_review": _l("Kết quả %(round)s không ở bước rà soát, nên không làm được việc này."),
    "nothing_to_reopen": _l("Kết quả %(round)s chưa được đề nghị hay duyệt, nên không có gì để lùi lại."),
    "result_published": _l(
        "Kết quả %(round)s đã công bố và không sửa được nữa; hãy lập phiên bản mới thay thế, có ghi lý do."
    ),
    "nothing_to_supersede": _l("Kết quả %(round)s chưa công bố, nên chưa cần phiên bản thay thế."),
    "regrade_pending": _l("%(round)s có một phán quyết về câu hỏi đang chờ áp dụng hoặc hủy bỏ."),
}
