"""Sentences about areas: refusals, mistakes in files of areas, what `load-areas` says."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

AREA_REFUSALS: dict[str, LazyString] = {
    "tree_not_found": _l("Không có danh mục đơn vị “%(tree)s”."),
    "area_not_found": _l("Không có đơn vị này."),
    "area_level_unknown": _l("Danh mục đơn vị “%(tree)s” không có cấp “%(level)s”."),
    "area_level_in_use": _l("Chưa thể bỏ hoặc chuyển cấp đang có đơn vị: %(levels)s."),
    "area_root_changed": _l("Danh mục chỉ có một đơn vị cao nhất, không đổi sang đơn vị khác được: %(areas)s."),
    "area_reference_invalid": _l("“%(value)s” phải có dạng danh-mục:mã, chẳng hạn gia-lai-2022:634."),
    "area_reference_unknown": _l("Đơn vị kế tục không có trong danh mục được nêu: %(references)s."),
    "area_from_list": _l("Đơn vị này thuộc danh mục chung nên không sửa được ở đây."),
    "units_not_kept": _l("Danh mục này không có cấp đơn vị cơ sở."),
    "unit_below_unit": _l("Không thể thêm đơn vị bên dưới một đơn vị cơ sở."),
    "unit_exists": _l("Ở đây đã có một đơn vị cùng tên."),
    "unit_kind_unknown": _l("“%(kind)s” không phải là một loại đơn vị. Các loại: %(kinds)s."),
    "unit_name_invalid": _l("Tên đơn vị phải có chữ hoặc số và dài tối đa %(max)s ký tự."),
}

AREA_FILES: dict[str, LazyString] = {
    "not_a_date": _l("“%(value)s” không phải là một ngày có thật viết theo dạng năm-tháng-ngày, chẳng hạn 2025-07-01."),
    "bad_area_code": _l(
        "Mã đơn vị “%(value)s” chỉ được gồm chữ không dấu và chữ số, nối bằng dấu gạch ngang, tối đa 64 ký tự, "
        "không bắt đầu bằng “u-”."
    ),
    "duplicate_level": _l("Cấp “%(value)s” đã được nêu ở trên."),
    "duplicate_area_code": _l("Mã đơn vị “%(value)s” đã dùng ở dòng %(first_line)s; mỗi đơn vị phải có mã riêng."),
    "second_root": _l("Đơn vị này không có đơn vị cấp trên; chỉ một đơn vị được như vậy (dòng %(first_line)s)."),
    "unknown_parent": _l("Không có đơn vị nào mang mã “%(value)s” trong tệp này."),
    "parent_not_above": _l("Đơn vị “%(value)s” không ở cấp cao hơn cấp “%(level)s” nên không thể là cấp trên."),
    "ends_before_start": _l("Ngày hết hiệu lực %(value)s sớm hơn ngày bắt đầu %(start)s."),
}

AREA_NOTES: dict[str, LazyString] = {
    "areas_loaded": _l("%(tree)s: đã nạp %(count)s đơn vị."),
    "areas_unchanged": _l("%(tree)s: không có gì thay đổi."),
}
