"""Sentences about the log: the acts of an installation, who may change it, and what its verifier found."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

AUDIT: dict[str, LazyString] = {
    "grant_needs_postgresql": _l("Chỉ PostgreSQL mới có vai trò riêng cho ứng dụng; SQLite thì không."),
    "role_not_found": _l("Cơ sở dữ liệu không có vai trò %(role)s."),
    "role_too_mighty": _l(
        "Vai trò %(role)s có quyền quá rộng (chủ các bảng, quản trị, hoặc được tạo bảng), nên sửa được nhật ký. "
        "Hãy dùng một vai trò khác cho ứng dụng."
    ),
    "role_granted": _l("Vai trò %(role)s dùng được mọi bảng, và không sửa được nhật ký."),
    "log_installation": _l("toàn-hệ-thống"),
    "log_sound": _l("ĐÚNG: %(name)s: %(count)s dòng, mã cuối %(hash)s"),
    "log_wrong": _l("SAI: %(name)s: %(problem)s"),
    "log_changed": _l("dòng %(line)s của nhật ký không còn như lúc ghi."),
    "log_missing": _l("dòng %(line)s của nhật ký bị mất hoặc bị đổi chỗ."),
    "log_truncated": _l("nhật ký bị cắt từ dòng %(line)s: mốc đã ghi lại trước đây có nhiều dòng hơn."),
    "proof_rules": _l(
        "phiên bản thể lệ %(where)s (câu hỏi, đáp án, quy định) khác với phiên bản đã khởi động hoặc sửa đổi."
    ),
    "proof_seal": _l("%(round)s: các biên nhận %(where)s khác với lúc niêm phong."),
    "proof_receipt": _l("%(round)s: lượt thi %(where)s có câu trả lời, đề hoặc thời gian khác với biên nhận của nó."),
    "proof_score": _l("%(round)s: lượt thi %(where)s có điểm khác với điểm chấm lại từ câu trả lời."),
    "proof_ranking": _l("%(round)s: bảng xếp hạng phiên bản %(where)s khác với bảng đã duyệt."),
    "proof_sheet": _l("danh sách giải phiên bản %(where)s khác với danh sách đã công bố."),
    "proof_line": _l("Nhật ký ghi ở dòng %(line)s."),
}
