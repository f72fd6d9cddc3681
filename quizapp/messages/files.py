"""What is wrong with a file that was written by hand: question banks, contests."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

READING: dict[str, LazyString] = {
    "file_too_large": _l("Tệp lớn %(actual)s byte; mỗi tệp chỉ được tối đa %(maximum)s byte."),
    "wrong_encoding": _l("Tệp không phải UTF-8 (có lẽ là UTF-16). Hãy lưu lại tệp với bảng mã UTF-8."),
    "office_file": _l(
        "Đây là tệp Excel, tệp Word hoặc tệp nén, không phải tệp chữ. Với bảng tính, hãy mở tệp, chọn “Lưu thành”, "
        "kiểu “CSV UTF-8”, rồi gửi tệp mới."
    ),
    "not_a_text_file": _l("Đây không phải tệp chữ (có lẽ là ảnh, PDF, tệp nén hoặc chương trình). Hãy chọn đúng tệp."),
    "old_encoding": _l(
        "Tệp không dùng bảng mã UTF-8 (có lẽ là Windows-1258 hoặc TCVN3): %(count)s dòng không đọc được. Hãy lưu lại "
        "tệp với bảng mã UTF-8; với bảng tính là kiểu “CSV UTF-8”."
    ),
    "broken_utf8": _l("Byte %(byte)s không thuộc bảng mã UTF-8. Hãy lưu lại tệp với bảng mã UTF-8."),
    "control_character": _l("Có ký tự điều khiển %(character)s không nhìn thấy được; hãy xóa ký tự này."),
    "empty_file": _l("Tệp không có nội dung."),
    "several_documents": _l("Tệp có nhiều tài liệu, cách nhau bằng dấu “---”; mỗi tệp chỉ được có một."),
    "too_deep": _l("Nội dung lồng nhau quá %(maximum)s tầng."),
    "too_many_nodes": _l("Tệp có quá nhiều giá trị (tối đa %(maximum)s)."),
    "tab_indentation": _l("Dòng này thụt đầu dòng bằng phím Tab; hãy dùng dấu cách."),
    "anchor": _l("Không dùng dấu neo “&%(name)s”. Nếu đây là chữ, hãy đặt trong dấu nháy kép."),
    "alias": _l("Không dùng tham chiếu “*%(name)s”; hãy viết lại đầy đủ. Nếu đây là chữ, hãy đặt trong dấu nháy kép."),
    "tag": _l("Không dùng thẻ kiểu “%(tag)s”. Nếu đây là chữ, hãy đặt trong dấu nháy kép."),
    "merge_key": _l("Không dùng khóa gộp “<<”; hãy viết lại đầy đủ."),
    "key_not_text": _l("Tên mục phải là chữ, không thể là một danh sách hay một nhóm."),
    "empty_key": _l("Trước dấu hai chấm chưa có tên mục."),
    "duplicate_key": _l("Mục “%(key)s” bị viết hai lần; lần đầu ở dòng %(first_line)s."),
    "more_problems": _l("Còn %(count)s lỗi khác chưa kể ra. Hãy sửa các lỗi trên rồi kiểm tra lại."),
}

SYNTAX: dict[str, LazyString] = {
    "stray_colon": _l(
        "Dấu hai chấm ở đây làm sai cấu trúc. Nếu nó thuộc về câu chữ, hãy đặt cả câu trong dấu nháy kép; "
        "nếu không, hãy xem lại cách thụt đầu dòng."
    ),
    "missing_colon": _l("Dòng này thiếu dấu hai chấm (và một dấu cách) sau tên mục."),
    "unclosed_quote": _l("Dấu nháy mở ở đây chưa được đóng lại."),
    "unclosed_bracket": _l("Dấu ngoặc mở ở đây chưa được đóng lại, hoặc giữa các phần tử thiếu dấu phẩy."),
    "text_after_quote": _l(
        "Sau dấu nháy đóng vẫn còn chữ. Bên trong câu, hãy dùng cặp “ ”, "
        'hoặc đặt cả câu trong dấu nháy kép và viết mỗi dấu nháy kép bên trong là \\".'
    ),
    "reserved_character": _l("Giá trị không thể bắt đầu bằng “%(character)s”; hãy đặt cả giá trị trong dấu nháy kép."),
    "bad_escape": _l("Sau dấu \\ là một ký hiệu không có nghĩa. Nếu muốn viết chính dấu \\, hãy viết hai lần."),
    "bad_indentation": _l("Thụt đầu dòng không khớp với các dòng trên."),
    "bad_syntax": _l("Tệp sai cú pháp YAML ở đây (%(detail)s)."),
}

VALUES: dict[str, LazyString] = {
    "missing_key": _l("Thiếu mục “%(key)s”."),
    "unknown_key": _l("Ở đây không có mục nào tên là “%(key)s”."),
    "empty": _l("Mục này còn để trống."),
    "not_text": _l("Ở đây phải là một dòng chữ, không phải một danh sách hay một nhóm."),
    "not_a_mapping": _l("Ở đây phải là một nhóm các mục, mỗi mục có dạng “tên: giá trị”."),
    "not_a_list": _l("Ở đây phải là một danh sách."),
    "not_one_of": _l("“%(value)s” không phải là giá trị được dùng ở đây. Các giá trị được dùng: %(allowed)s."),
    "too_few": _l("Phải có ít nhất %(minimum)s; hiện có %(actual)s."),
    "too_many": _l("Chỉ được có nhiều nhất %(maximum)s; hiện có %(actual)s."),
    "too_short": _l("Phải có ít nhất %(minimum)s ký tự."),
    "too_long": _l("Chỉ được dài tối đa %(maximum)s ký tự."),
    "too_many_marks": _l("Có chữ mang nhiều dấu đến mức không đọc được (tối đa %(maximum)s dấu trên một chữ)."),
    "too_small": _l("Số này phải từ %(minimum)s trở lên."),
    "too_large": _l("Số này không được lớn hơn %(maximum)s."),
    "not_a_number": _l("“%(value)s” không phải là số nguyên viết bằng các chữ số 0-9."),
    "not_a_flag": _l("“%(value)s” phải là true (có) hoặc false (không)."),
    "not_a_moment": _l("“%(value)s” không phải là thời điểm có múi giờ, chẳng hạn 2022-04-18T00:00+07:00."),
    "bad_slug": _l(
        "“%(value)s” phải gồm các chữ thường không dấu và chữ số, nối bằng dấu gạch ngang, tối đa 64 ký tự."
    ),
    "bad_url": _l("“%(value)s” phải là địa chỉ bắt đầu bằng http:// hoặc https://."),
    "invalid_value": _l("Giá trị này không hợp lệ (%(detail)s)."),
}

BANKS: dict[str, LazyString] = {
    "other_slug": _l("Tệp này là của bộ câu hỏi “%(value)s”, không phải “%(expected)s”."),
    "bad_question_id": _l(
        "Mã câu hỏi “%(value)s” chỉ được gồm chữ không dấu, chữ số và các dấu - _ . (tối đa 64 ký tự)."
    ),
    "equal_ids": _l("Mã câu hỏi “%(value)s” đã dùng ở dòng %(first_line)s; mỗi câu phải có mã riêng."),
    "bad_option_key": _l(
        "Phương án “%(key)s” phải là “%(expected)s”: các phương án lần lượt mang một chữ cái in hoa, từ A."
    ),
    "equal_options": _l("Phương án này giống hệt phương án %(first)s."),
    "foreign_answer": _l("Đáp án “%(value)s” không phải là một phương án của câu này (%(options)s)."),
    "repeated_answer": _l("Đáp án “%(value)s” bị ghi hai lần."),
    "needs_key": _l("Có mục này thì phải có cả mục “%(key)s”."),
    "bad_image_name": _l(
        "Tên tệp ảnh “%(value)s” phải gồm chữ thường không dấu, chữ số, dấu - _ . và có đuôi webp, png, jpg hoặc jpeg."
    ),
    "image_not_found": _l("Không thấy tệp ảnh “%(value)s” bên cạnh tệp này."),
    "image_not_sent": _l(
        "Ở đây không gửi kèm ảnh được. Hãy nhập bộ câu hỏi này bằng lệnh “quiz import-bank” trên máy chủ, "
        "với tệp ảnh “%(value)s” đặt cạnh tệp này."
    ),
    "image_too_large": _l("Tệp ảnh “%(value)s” lớn %(actual)s byte; mỗi ảnh chỉ được tối đa %(maximum)s byte."),
    "not_an_image": _l("Tệp “%(value)s” không phải là ảnh WebP, PNG hoặc JPEG."),
    "image_of_too_many_pixels": _l(
        "Ảnh “%(value)s” lớn %(width)s × %(height)s điểm ảnh; mỗi cạnh chỉ được tối đa %(side)s, cả ảnh tối đa "
        "%(pixels)s điểm ảnh. Hãy thu nhỏ ảnh rồi nhập lại."
    ),
    "image_moves": _l("Tệp “%(value)s” là ảnh động; hãy dùng một ảnh tĩnh."),
    "image_broken": _l("Ảnh “%(value)s” bị hỏng. Hãy mở ảnh, lưu lại thành tệp mới rồi nhập lại."),
    "other_image_kind": _l("Tệp “%(value)s” thực ra là ảnh %(kind)s; hãy đổi đuôi của tên tệp cho đúng."),
}

FILE_PROBLEMS: dict[str, LazyString] = {**READING, **SYNTAX, **VALUES, **BANKS}
HINT = _l("Có phải ý là “%(hint)s”?")
