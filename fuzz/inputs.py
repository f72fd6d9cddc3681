"""Inputs that come close: valid files, damaged the way that editors, networks and attackers damage them."""

from collections.abc import Sequence

from hypothesis import strategies as st

# What readers trip over: other encodings, ends of text and of numbers, towers, nothing at all.
SNAGS = (
    b"", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\r\n", b"\t", b'"', b"'", b"\\", b";",
    b",", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!python/object/apply:os.system ", b"<<: ", b"? ", b"- ", b": ",
    b"|\n", b"---\n", b"-1", b"0", b"1e400", b"NaN", b"-0", b"010", b"9" * 25, b"9" * 4400, b"true", b"null",
    b"1945-09-02", b"\xd9\xa3", b"%s", b"{0}", b"{{7*7}}", b"../", b"=1+1", b"\xcc\x81" * 50, b"\xe2\x80\xae",
    b"\xf0\x9f\x87\xbb", b"\xc4\x90", b"\\ud800", b'{"a":1,"a":2}', b"[" * 3000, b'{"a":' * 3000, b"x" * 5000,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes], words: Sequence[bytes] = ()) -> bytes:
    """One of the seeds after up to six changes; `words` are what its language is made of."""
    data = draw(st.sampled_from(seeds))
    pieces = st.sampled_from([*SNAGS, *words]) | st.binary(max_size=12)
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 8, 64, 1000])))
        change = draw(st.sampled_from(["put", "drop", "repeat", "swap", "splice"]))
        if change == "put":
            data = data[:start] + draw(pieces) + data[end:]
        elif change == "drop":
            data = data[:start] + data[end:]
        elif change == "repeat":
            data = data[:end] + data[start:end] * draw(st.integers(1, 20)) + data[end:]
        elif change == "swap":
            lines = data.split(b"\n")
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in "ab")
            lines[one], lines[other] = lines[other], lines[one]
            data = b"\n".join(lines)
        else:
            rest = draw(st.sampled_from(seeds))
            data = data[:start] + rest[draw(st.integers(0, len(rest))) :]
    return data
