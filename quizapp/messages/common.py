"""Refusals that any page or call may give."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

COMMON: dict[str, LazyString] = {
    "bad_request": _l("Máy chủ không hiểu yêu cầu này. Đồng chí hãy tải lại trang và làm lại."),
    "invalid": _l("Có nội dung chưa hợp lệ. Đồng chí hãy kiểm tra lại."),
    "not_found": _l("Không có trang này, hoặc trang không dành cho đồng chí."),
    "forbidden": _l("Đồng chí không có quyền thực hiện việc này."),
    "conflict": _l("Việc này không còn thực hiện được. Đồng chí hãy tải lại trang để xem tình trạng mới nhất."),
    "sign_in_required": _l("Đồng chí cần đăng nhập để xem trang này."),
    "entry_required": _l("Đồng chí hãy vào cuộc thi trước, bằng phiếu dự thi hoặc mã dự thi."),
    "csrf_failed": _l("Trang này đã mở quá lâu hoặc được mở từ nơi khác. Đồng chí hãy tải lại trang rồi làm lại."),
    "method_not_allowed": _l("Địa chỉ này không nhận cách gửi vừa rồi."),
    "request_too_large": _l(
        "Nội dung gửi lên quá lớn nên không được đọc, và chưa có gì thay đổi (mỗi tệp tối đa 5 MiB). Đồng chí hãy quay "
        "lại trang trước, chọn tệp nhỏ hơn hoặc chia tệp ra rồi gửi lại."
    ),
    "bad_media_type": _l("Kiểu nội dung gửi lên không được hỗ trợ."),
    "too_many_requests": _l("Đồng chí thao tác quá nhanh. Hãy chờ ít phút rồi thử lại."),
    "work_required": _l(
        "Từ mạng này vừa có rất nhiều phiếu dự thi. Đồng chí hãy chờ 10 giây rồi bấm gửi lại; "
        "những gì đã điền còn nguyên."
    ),
    "unavailable": _l("Máy chủ đang bận, chưa lưu được. Đồng chí hãy chờ vài giây rồi gửi lại."),
    "internal_error": _l("Máy chủ gặp lỗi. Ban Tổ chức đã ghi nhận; đồng chí hãy thử lại sau ít phút."),
}
