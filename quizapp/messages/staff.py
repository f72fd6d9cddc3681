"""What the pages of organizers and district staff refuse, and what they call acts and tables."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STAFF_REFUSALS: dict[str, LazyString] = {
    "table_not_found": _l("Không có bảng số liệu này."),
    "target_not_a_number": _l("%(area)s: chỉ tiêu phải là số nguyên từ 1 trở lên, hoặc để trống."),
    "contest_exists": _l("Mã cuộc thi “%(slug)s” đã được dùng. Hãy chọn mã khác ở dòng “contest:”."),
    "other_contest": _l("Tệp này là của cuộc thi “%(typed)s”, không phải “%(slug)s”. Hãy giữ nguyên mã cuộc thi."),
    "tree_not_own": _l("Danh mục đơn vị “%(tree)s” không thuộc địa bàn của đồng chí."),
    "file_or_text_missing": _l("Hãy chọn một tệp hoặc dán nội dung vào ô bên dưới."),
}

ACTS: dict[str, LazyString] = {
    "launch": _l("Khởi động cuộc thi"),
    "close_round": _l("Đóng vòng thi trước hạn"),
    "publish": _l("Công bố kết quả"),
    "set_target": _l("Giao chỉ tiêu"),
    "export": _l("Tải số liệu về"),
}

TABLE_TITLES: dict[str, LazyString] = {
    "summary": _l("Tổng hợp theo vòng thi"),
    "areas": _l("Thống kê theo đơn vị"),
    "participants": _l("Danh sách người dự thi"),
    "attempts": _l("Danh sách lượt thi"),
    "winners": _l("Danh sách đạt giải"),
    "scores": _l("Số người theo mức điểm"),
}

ROLES: dict[str, LazyString] = {
    "admin": _l("Quản trị hệ thống"),
    "organizer": _l("Ban Tổ chức"),
    "district": _l("Cán bộ theo dõi đơn vị"),
}

DIFFICULTIES: dict[str, LazyString] = {
    "nhan-biet": _l("Nhận biết"),
    "thong-hieu": _l("Thông hiểu"),
    "van-dung": _l("Vận dụng"),
}
