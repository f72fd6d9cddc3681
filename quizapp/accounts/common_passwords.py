"""Passwords that nobody gets: those that everybody tries first, and those that have been in breaches.

Written as they are compared (`plain_form`). Shorter ones than a password may be are refused for their length.

The habits of Vietnamese offices stand here. The file beside this module holds 50,000 of ten characters and more that
were in breaches and that nothing else refuses, in the order of the alphabet, one a line: first what is that long in
Django's list of the 20,000 commonest (made by Royce Williams; BSD licence, Django Software Foundation), then the most
frequent out of ten million that Mark Burnett gathered and gave to the public domain (in SecLists as
`10-million-password-list-top-1000000.txt`; MIT licence, Daniel Miessler). `scripts/breached_passwords.py` makes it.
"""

import gzip
import unicodedata
from functools import cache
from pathlib import Path

BREACHED_FILE = Path(__file__).with_name("breached_passwords.txt.gz")
_HABITS = """
00112233445566 0123456789 01234567890 0123456789a 0147258369 0209194502 0302193003 0309194503 0987654321
1111122222 1122334455 112233445566 1231231231 123123123123 1234512345 123451234512345 1234554321 1234567888
1234567890 12345678901 123456789012 1234567890123 1234567890a 1234567890q 1234567891 12345678910 12345678912
1234567899 123456789a 123456789abc 123456789d 123456789h 123456789k 123456789l 123456789m 123456789n
123456789q 123456789s 123456789t 123456789z 1357924680 1472583690 147258369147 147258369a 1905189019
19051890hcm 1905201911 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 2210198022 2468013579 3004197530 30041975304
3692581470 5432112345 6666688888 6868686868 7777788888 7894561230 7979797979 8686868686 8888866666 9876543210
9876543210a 987654321a 9999988888 a123456789 a1234567890 aa12345678 aa123456789 aa123456789a aaa123456789
abc1234567 abc12345678 abc123456789 abc123abc123 abcabc123456 abcd123456 abcd1234567 abcd12345678 abcdefghij
abcdefghijk abcxyz123456 admin12345 admin123456 admin1234567 admin12345678 admin123admin adminadmin
adminadmin123 administrator administrator1 administrator123 anhyeuem12 anhyeuem123 anhyeuem1234 anhyeuem1314
anhyeuemnhieu aqswdefrgt asd123456789 asdasd123456 asdfghjkl123 asdfghjklzx bachho1890 bachomuonnam bantochuc1
bantochuc123 bantuyengiao bantuyengiao1 bantuyengiao123 batman123456 bomekinhyeu canbo12345 canbo123456
cantho123456 cauhoi123456 changeme123 changeme1234 chaomung123 charlie123 chibo123456 chibo1234567
chucmungnammoi computer123 congdoan123 conyeubame conyeume123 cuocthi123 cuocthi1234 cuocthi2025 cuocthi2026
danang123456 dangnhap123 dangnhap1234 dangnhap12345 danguy12345 danguy123456 dapan123456 default123
default1234 doanthanhnien doanthanhnien1 doimatkhau doimatkhau123 dragon123456 emyeuanh123 emyeuanh1234
emyeuanhnhieu facebook123 facebook1234 football123 giadinh123 giadinhtoi giadinhtoiyeu giaovien123
giaovien1234 gmail123456 google123456 guest123456 haiphong123 haiphong1234 hanhphuc123 hanhphuc1234 hanoi12345
hanoi123456 hochiminh1 hochiminh123 hochiminh1890 hochiminh1945 hocsinh123 hocsinh1234 hoithi12345
hoithi123456 huyendoan123 huyenuy1234 iloveyou12 iloveyou123 iloveyou1234 iloveyouforever internet123
jordan123456 khongbiet123 khongbietnua khongcomatkhau letmein123 letmein1234 loveyou123 loveyou1234
maimaiyeuem matkhau123 matkhau1234 matkhau12345 matkhau123456 matkhau2024 matkhau2025 matkhau2026 matkhaucu123
matkhaucuatoi matkhaumatkhau matkhaumoi matkhaumoi123 michael123 monkey123456 nhapmatkhau p4ssw0rd123
p4ssword123 passw0rd123 password01 password12 password123 password1234 password12345 password123456
password2024 password2025 password2026 passwordpassword phattaiphatloc pokemon1234 princess123 q123456789
qaz123456789 qazwsxedcrfv quanly12345 quanly123456 quantri123 quantri1234 quantri12345 quantri123456
quantrihethong quantrivien quantrivien123 quenmatkhau quenmatkhau123 qwe1234567 qwe123456789 qweasdzxc123
qweqwe123456 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyuiop qwertyuiop123 root123456 saigon12345
saigon123456 samsung123 samsung1234 sinhvien123 starwars123 sunshine123 superman123 taikhoan123 taikhoan1234
test123456 test1234567 testtest123 thanhcong123 thanhdoan123 thitructuyen thitructuyen1 thitructuyen123
tinhdoan123 tinhuy12345 tinhuy123456 toiyeuem123 toiyeuvietnam toiyeuvietnam1 tracnghiem123 truonghoc123
trustno1234 tuyengiao123 tuyengiao1234 ubnd123456 ubnd12345678 user123456 uyban123456 vietnam123 vietnam1234
vietnam12345 vietnam123456 vietnam1945 vietnam1975 vietnam2024 vietnam2025 vietnam2026 vietnamvietnam
vietnamvodich welcome123 welcome1234 welcome2024 welcome2025 welcome2026 whatever123 xinchao123 xinchao1234
xinchaovietnam yeuanh123456 yeuanhmaimai yeuem123456 yeuemmaimai zalo123456 zalo1234567 zaq12wsxcde3
zxcvbnm123 zxcvbnm1234 zxczxc123456 zz123456789
"""
HABITS = frozenset(_HABITS.split())


def plain_form(text: str) -> str:
    """Lower case letters without marks, and digits, alone: what remains of "Mật-khẩu 123!" is "matkhau123"."""
    marked = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in marked if char.isalnum())


def is_common(plain: str) -> bool:
    """Whether a password of that plain form is among them."""
    return plain in HABITS or b"\n%b\n" % plain.encode() in _breached()


@cache
def _breached() -> bytes:
    """The file as it is read: one text of 600 kB is searched at once, and costs a process a tenth of a set."""
    return gzip.decompress(BREACHED_FILE.read_bytes())
