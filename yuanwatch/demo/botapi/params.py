"""Turns the arguments of a request into typed values, as leniently or strictly as Telegram reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.records import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """The arguments: every value is text, as Telegram's server sees it whatever the encoding of the body."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, "" if missing. Raises ApiError for what is no UTF-8."""
        value = self.values.get(name, "")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """The number the value begins with; `default` if it is missing."""
        if name not in self.values:
            return default
        match = re.match(r"-?[0-9]{1,18}", self.values[name])
        return int(match[0]) if match else 0

    def flag(self, name: str) -> bool:
        """True for true, yes and 1."""
        return self.values.get(name, "").lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Json:
        """The decoded value, None if missing; `what` names it in the error."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"Can't parse {what} JSON object") from None


def as_values(body: Mapping[str, Json]) -> dict[str, str]:
    """The fields of a JSON body as text, as they would stand in a form; null is left out."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in body.items()
        if value is not None
    }
