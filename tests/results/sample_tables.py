"""Tables for the tests of bulk files: made-up people, hostile names."""

from collections.abc import Iterable, Sequence

from quizapp.results.tables import Column, Letterhead, Table

NAME = Column("name", "Họ và tên")
PHONE = Column("phone", "Điện thoại")
HOSTILE = [
    '=HYPERLINK("http://kẻ-xấu.example","Xem")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    '"=1"',
    ";=1",
    ",=1",
    "  =1",
    "\u00a0=1",
    "\u3000@x",
    "{=1}",
    "https://kẻ-xấu.example/",
]
PEOPLE = ["Nguyễn Thị Hồng Đào", "Đặng Ỷ Lan", "Ksor H’Nhớ", "Rơ Châm Ƀơm", "Trần Văn Ơn"]
LETTERHEAD = Letterhead("party", "Tỉnh ủy Gia Lai", "Ban Tuyên giáo Tỉnh ủy", "Gia Lai, ngày 25 tháng 4 năm 2022")


def table(
    rows: Iterable[Sequence[object]],
    *columns: Column,
    name: str = "Cá nhân",
    total: Sequence[object] | None = None,
    notes: tuple[str, ...] = (),
    subtitle: tuple[str, ...] = (),
    letterhead: Letterhead | None = None,
) -> Table:
    """A table with one column of names unless others are given."""
    return Table(name, "Danh sách cá nhân", subtitle, columns or (NAME,), rows, total, notes, letterhead)
