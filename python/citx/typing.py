"""What citx takes, as types for annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias, runtime_checkable

__all__ = [
    "By",
    "Instant",
    "Key",
    "Places",
    "Record",
    "SupportsArrowArray",
    "SupportsArrowStream",
    "TableInput",
    "Value",
]


@runtime_checkable
class SupportsArrowStream(Protocol):
    """A table of pandas, polars, pyarrow, duckdb, citx or any other library that speaks the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Export the rows."""


@runtime_checkable
class SupportsArrowArray(Protocol):
    """A record batch, or one array."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """Export the values."""


Value: TypeAlias = bool | int | float | Decimal | str | date | datetime | Sequence[Any] | None
"""One value, or a list of values: a datetime without a zone is UTC."""

Record: TypeAlias = Mapping[str, Any]
"""One citizen: names to values."""

TableInput: TypeAlias = SupportsArrowStream | SupportsArrowArray | Mapping[str, Any] | Sequence[Record]
"""A table: any Arrow producer, a dict of columns (lists, arrays, buffers), or a list of dicts."""

Places: TypeAlias = TableInput | Iterable[Sequence[float]]
"""Places: a table with columns of degrees, or pairs of latitude and longitude."""

Instant: TypeAlias = str | date | datetime
"""An instant: text such as ``2026-11-22`` or ``2026-11-22T09:30:00Z``, a date (local midnight), or a datetime (without a zone: UTC)."""

Key: TypeAlias = str | int
"""The key of a citizen; 17 is ``"17"``."""

By: TypeAlias = str | tuple[str, ...] | Sequence[str | tuple[str, ...]]
"""Breakdowns: names, or tuples of names that are crossed."""
