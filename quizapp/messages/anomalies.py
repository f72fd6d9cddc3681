"""Signs for organizers to look at. They accuse nobody: what they mean is for people to find out."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SIGNS: dict[str, LazyString] = {
    "unranked_in_front": _l("Người không xếp hạng ở nhóm dẫn đầu"),
    "same_citizen_id": _l("Trùng số căn cước"),
    "same_phone": _l("Trùng số điện thoại"),
    "shared_browser": _l("Nhiều người dự thi trên một trình duyệt"),
    "same_pace": _l("Nhiều bài làm cùng một nhịp"),
    "fast_paper": _l("Bài làm rất nhanh"),
    "many_guesses": _l("Một người đoán nhiều số khác nhau"),
    "many_attempts": _l("Một người thi nhiều lượt"),
    "odd_letters": _l("Họ tên có chữ trông giống chữ khác"),
}

SIGN_RULES: dict[str, LazyString] = {
    "unranked_in_front": _l("Thuộc diện không xếp hạng hoặc không được công nhận; nếu xếp sẽ ở %(places)s hạng đầu."),
    "same_citizen_id": _l("Từ %(people)s người trong vòng thi khai cùng một số."),
    "same_phone": _l(
        "Từ %(people)s người trong vòng thi khai cùng một số; người một nhà thường dùng chung điện thoại."
    ),
    "shared_browser": _l("Từ %(browser)s người trở lên; máy dùng chung ở trường, cơ quan cũng như vậy."),
    "same_pace": _l(
        "Từ %(pace)s người bắt đầu trong cùng mười phút, làm bài lâu bằng nhau đến nửa giây và được cùng số điểm."
    ),
    "fast_paper": _l("Đạt từ nửa số điểm với dưới %(seconds)s giây một câu."),
    "many_guesses": _l("Từ %(guesses)s số dự đoán khác nhau trong một vòng thi."),
    "many_attempts": _l("Trên %(attempts)s lượt trong một vòng thi."),
    "odd_letters": _l(
        "Có chữ Ki-rin, Hy Lạp hoặc chữ của tiếng khác đứng lẫn với chữ quốc ngữ, thường do bàn phím hay phông chữ cũ; "
        "họ tên vẫn được giữ như đã ghi."
    ),
}
