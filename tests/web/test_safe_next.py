"""Where a page may send the reader on to."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.web.safe_next import own_path

# Among them the known ways around such checks: browsers take "\\" for "/" and drop tabs and newlines.
FOREIGN = [
    None, "", "//e", "//e.example/x", "///e", "/\\e", "\\\\e", "\\/e", "/\t/e", "/\n/e", "/\r/e", "\t//e", " //e",
    "/ /e", "https:e", "https://e.example", "http:///e", "HTTPS:/e", "@e", "e.example", "/..//e", "/.//e",
    "/a/..//e", "/x//e", "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "/\x00/e", "/\x7f",
    "/e\u2028", "/\u2215e", "/\uff0fe", "/a" * 1500, "./x", "../x", "?x", "#x", '/"onclick',
]  # fmt: skip
OWN = [
    "/", "/cuoc-thi/mau", "/cuoc-thi/mau?area=101&group=A", "/to-chuc/", "/x?next=//e", "/x?y=a//b#z", "/@e",
    "/a%2F%2Fe",
]  # fmt: skip


@pytest.mark.parametrize("typed", FOREIGN)
def test_an_address_elsewhere_is_not_followed(typed):
    assert own_path(typed) is None


@pytest.mark.parametrize("typed", OWN)
def test_an_own_path_is_kept_as_it_is(typed):
    assert own_path(typed) == typed


@given(st.text(alphabet=st.sampled_from("/\\.:@?#e%09 \t\nhtps"), max_size=12))
def test_whatever_is_accepted_stays_on_this_host(typed):
    path = own_path(typed)
    if path is not None:
        seen_by_browser = path.replace("\\", "/").replace("\t", "").replace("\n", "")
        assert urlsplit(urljoin("https://site.example/page", seen_by_browser)).netloc == "site.example"
