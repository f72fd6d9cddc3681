"""Sentences of making a backup and putting it back."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

BACKUPS: dict[str, LazyString] = {
    "backup_made": _l("Đã sao lưu vào %(file)s: %(rows)s dòng trong %(tables)s bảng, lược đồ %(revision)s."),
    "backup_restored": _l(
        "Đã khôi phục bản sao lưu lúc %(made_at)s: %(rows)s dòng trong %(tables)s bảng, đúng như khi sao lưu."
    ),
    "backup_contest": _l(
        "%(contest)s: %(people)s người, %(attempts)s lượt thi, %(final)s bài đã nộp, tổng điểm %(score)s"
    ),
    "backup_head": _l("Mã kiểm của %(acts)s việc đã làm và các kết quả đã công bố: %(head)s"),
    "backup_is_secret": _l(
        "Tệp này chứa thông tin cá nhân, mật khẩu đã băm và khóa bí mật của trang: hãy giữ kín như chính máy chủ."
    ),
    "backup_other_key": _l(
        "SECRET_KEY đang đặt khác với khóa trong bản sao lưu: mọi người sẽ phải đăng nhập hoặc vào lại bài thi. "
        "Muốn giữ phiên làm việc, hãy đặt SECRET_KEY như trên máy cũ."
    ),
    "backup_exists": _l("%(file)s đã có; hãy chọn một tên khác."),
    "backup_broken": _l("Tệp này không phải bản sao lưu của chương trình, hoặc đã bị hỏng."),
    "backup_too_new": _l(
        "Bản sao lưu này do một phiên bản mới hơn của chương trình tạo ra; hãy cập nhật chương trình."
    ),
    "backup_of_other_database": _l(
        "Bản sao lưu này là của cơ sở dữ liệu %(database)s; hãy đặt DATABASE_URL cho đúng loại ấy."
    ),
    "backup_differs": _l("Dữ liệu khôi phục không giống bản sao lưu ở: %(names)s."),
    "database_in_use": _l("Chương trình đang chạy trên cơ sở dữ liệu này; hãy dừng lại trước."),
    "database_not_empty": _l(
        "Cơ sở dữ liệu này đang có dữ liệu. Nếu chắc chắn muốn thay toàn bộ bằng bản sao lưu, hãy thêm --replace."
    ),
    "program_missing": _l("Không tìm thấy %(program)s; hãy cài gói postgresql-client."),
    "program_failed": _l("%(program)s không làm được: %(told)s"),
    "no_room": _l("Không ghi được %(file)s: %(reason)s."),
}
