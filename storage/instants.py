"""Times as tables keep them: whole microseconds since 1970 in UTC, exact, short, and in the order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds; TypeError for a time without a zone."""
        return None if value is None else write_instant(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """An aware time in UTC."""
        return read_instant(value)


def write_instant(value: datetime) -> int:
    """What a table keeps of an aware time; TypeError for one without a zone."""
    return (value - _EPOCH) // _MICROSECOND


def read_instant(value: int | None) -> datetime | None:
    """The time that a table keeps, aware and in UTC."""
    return None if value is None else _EPOCH + value * _MICROSECOND
