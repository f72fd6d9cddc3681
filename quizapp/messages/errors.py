"""The sentence of each refusal (`errors.QuizError.code`)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REFUSALS: dict[str, LazyString] = {
    "file_refused": _l("Tệp “%(file)s” không được nhận: có %(count)s lỗi cần sửa."),
    "bank_not_found": _l("Không có bộ câu hỏi “%(slug)s”."),
    "bank_exists": _l("Mã bộ câu hỏi “%(slug)s” đã được dùng. Hãy chọn mã khác ở dòng “bank:”."),
}
