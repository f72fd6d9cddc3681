"""One module for each fault of the matrix; each has its drills in `DRILLS`."""

import importlib
import pkgutil

from faults.stage import Drill


def all_drills() -> list[Drill]:
    """Every drill, in the order of the matrix."""
    found: list[Drill] = []
    for module in pkgutil.iter_modules(__path__):
        found.extend(importlib.import_module(f"{__name__}.{module.name}").DRILLS)
    return sorted(found, key=lambda drill: (int(drill.code[1:].rstrip("abcdefgh")), drill.code))
