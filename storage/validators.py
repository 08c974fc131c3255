"""Turns what an answer said about asking again into JSON, and JSON into that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.types import Validator


def validator_values(validator: Validator) -> list[str | None]:
    """A validator as JSON."""
    parts = validator.etag, validator.modified, validator.full, validator.fresh_until
    return [part.isoformat() if isinstance(part, datetime) else part for part in parts]


def read_validator(values: Sequence[str | None]) -> Validator:
    """A validator from JSON; rows of the first version hold the first two values only."""
    etag, modified, *times = values
    return Validator(etag, modified, *(datetime.fromisoformat(time) if time else None for time in times))
