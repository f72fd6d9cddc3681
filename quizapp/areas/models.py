"""Tables of the area trees. Readers go through `queries.get_tree`, which turns the rows into a `rules.Tree`."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class AreaTree(Base):
    """One list of areas as it was in force from `valid_from` to `valid_to` (whole days, both included)."""

    __tablename__ = "area_trees"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    levels: Mapped[list[list[str]]] = mapped_column(JSON)  # [key, label] pairs from the top down
    outside_slug: Mapped[str | None] = mapped_column(String(64))  # no foreign key: trees may load in any order
    source: Mapped[str]
    content_hash: Mapped[str] = mapped_column(String(64))
    # Random, new at each change. A counter would give a rolled back change and the one after it the same number,
    # and a process that had cached the first would then mistake it for the second.
    version: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Area(Base):
    """One area. Rows are never deleted, because results point at them; `active` false means retired."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    tree_id: Mapped[int] = mapped_column(ForeignKey("area_trees.id"))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(64))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    path: Mapped[str] = mapped_column(String(200))  # "/1/18/240/": ids from the root to the area itself
    aliases: Mapped[list[str]] = mapped_column(JSON)
    successors: Mapped[list[str]] = mapped_column(JSON)  # "TREE:CODE"
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    name_fold: Mapped[str] = mapped_column(String(400))  # text.fold of the name, which may be longer
    sort_key: Mapped[bytes] = mapped_column(LargeBinary)  # rules.area_sort_key
    added_by_staff: Mapped[bool]
    active: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("tree_id", "code"),
        Index(None, "tree_id", "level"),
        Index(None, "parent_id"),
        # Two members of staff who add the same unit at the same moment must not both succeed.
        Index(
            "uq_areas_unit_name",
            "parent_id",
            "name_fold",
            unique=True,
            sqlite_where=text("added_by_staff AND active"),
            postgresql_where=text("added_by_staff AND active"),
        ),
    )
