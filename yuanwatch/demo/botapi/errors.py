"""Turns what went wrong into the answer Telegram would give: status code, description, parameters."""

from __future__ import annotations

from collections.abc import Mapping

from yuanwatch.demo.botapi.records import Json


class ApiError(Exception):
    """A refusal. `code` is the HTTP status and the error_code, `description` the text with its prefix."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Json] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def answer(self) -> dict[str, Json]:
        """The JSON object of the answer."""
        body: dict[str, Json] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad_request(reason: str, **parameters: Json) -> ApiError:
    """400. Telegram lowers the first letter of a sentence, but keeps SERVER_CODES as they are."""
    shouted = len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z")
    return ApiError(
        400, "Bad Request: " + (reason if shouted else reason[:1].lower() + reason[1:]), parameters
    )


def forbidden(reason: str) -> ApiError:
    """403: the bot may not write there."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: two ways of fetching updates at once."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """429: nothing may be sent for so many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
