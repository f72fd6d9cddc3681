"""Parts of pages that are the same for everybody, rendered once and kept by this process.

A part is kept by everything that it depends on, and nothing of a person's is ever in one: where something personal
belongs, it is rendered with a mark, and each reader's own is put there.
"""

import secrets
from collections.abc import Hashable
from typing import TypeVar

V = TypeVar("V")


class NotKept(Exception):
    """A part would have to be rendered first, which takes a request of Flask's."""


class KeptParts(dict[Hashable, V]):
    """Parts by what they depend on: the latest `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: Hashable, part: V) -> V:
        """Keep the part, and give it back."""
        while len(self) >= self._most:
            self.pop(next(iter(self)), None)
        self[key] = part
        return part


def new_mark() -> str:
    """What stands in no text, and stays as it is in addresses and attributes."""
    return f"mark{secrets.token_hex(8)}"
