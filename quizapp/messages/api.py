"""Refusals that only programs meet: about requests that do not fit the API's document."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

API: dict[str, LazyString] = {
    "token_invalid": _l("Mã truy cập (Bearer) không đúng hoặc đã bị thu hồi."),
    "json_invalid": _l("Nội dung gửi lên không phải JSON hợp lệ (UTF-8, mỗi khóa một lần, không có NaN)."),
    "parameter_twice": _l("Tham số này chỉ được nêu một lần."),
    "not_printable": _l("Ở đây chỉ được có ký tự nhìn thấy được."),
    "duplicate_question": _l("Một câu hỏi có mặt hai lần trong cùng một lần gửi."),
    "group_not_found": _l("Cuộc thi không có bảng này."),
    "results_not_published": _l("Kết quả của cuộc thi chưa được công bố."),
    "receipt_not_found": _l("Chưa có biên nhận nào mang mã này. Biên nhận chỉ tra cứu được sau khi vòng thi đóng."),
}
