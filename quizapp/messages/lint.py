"""What an editor should look at in question banks (`banks.rules.lint`)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FINDINGS: dict[str, LazyString] = {
    "missing_explanation": _l("Câu hỏi chưa có lời giải thích."),
    "missing_source": _l("Câu hỏi chưa ghi nguồn."),
    "foreign_letter": _l("Phương án %(option)s nhắc đến %(letters)s, không phải một phương án khác của câu này."),
    "alike_options": _l("Phương án %(second)s chỉ khác phương án %(first)s ở dấu, chữ hoa hoặc dấu câu."),
    "pinned_not_last": _l("Phương án %(option)s (“%(text)s”) nói về các phương án khác thì phải đứng sau cùng."),
    "long_answer": _l("Phương án đúng dài hẳn hơn các phương án còn lại (%(right)s và %(wrong)s ký tự): dễ đoán."),
    "often_longest": _l(
        "Phương án đúng là phương án dài nhất trong %(longest)s trên %(questions)s câu: người dự thi dễ đoán."
    ),
    "letter_run": _l("%(length)s câu liền nhau có cùng đáp án %(letter)s."),
    "uneven_letters": _l("Đáp án phân bố không đều giữa các chữ cái (%(counts)s)."),
    "equal_slugs": _l("%(count)s tệp có cùng tên bộ câu hỏi; tệp nhập sau sẽ thay tệp nhập trước."),
    "shared_id": _l("Mã câu hỏi “%(id)s” có ở nhiều bộ câu hỏi."),
    "equal_questions": _l("Hai câu hỏi giống hệt nhau."),
    "similar_questions": _l("Hai câu hỏi gần giống nhau (%(percent)s%%)."),
}

SEVERITIES: dict[str, LazyString] = {"error": _l("LỖI"), "warning": _l("lưu ý")}
BANK_LINES: dict[str, LazyString] = {
    "bank_good": _l("%(file)s: đạt, %(count)s câu hỏi"),
    "bank_imported": _l("Đã nhập bộ câu hỏi “%(slug)s”: %(count)s câu hỏi"),
    "bank_unchanged": _l("Bộ câu hỏi “%(slug)s” không thay đổi: %(count)s câu hỏi"),
    "lint_done": _l("%(banks)s bộ câu hỏi: %(errors)s lỗi, %(warnings)s điều cần lưu ý"),
}
