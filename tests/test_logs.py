"""No log line holds a token or a password, wherever it stood: message, argument or traceback."""

from __future__ import annotations

import logging

from yuanwatch.logs import RedactingFormatter, redact

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


def _line(record: logging.LogRecord) -> str:
    return RedactingFormatter("%(levelname)s %(message)s").format(record)


def _record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("x", logging.INFO, "f", 1, message, args, info)


def test_a_token_in_message_or_argument_is_redacted() -> None:
    line = _line(_record("POST %s", f"https://api.telegram.org/bot{TOKEN}/getMe"))
    assert line == "INFO POST https://api.telegram.org/bot***/getMe"


def test_a_token_in_a_traceback_is_redacted() -> None:
    try:
        try:
            raise ValueError(f"inner bot{TOKEN}")
        except ValueError as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError as error:
        text = _line(_record("failed", error=error))
    assert TOKEN not in text
    assert "inner bot***" in text
    assert "RuntimeError: outer" in text


def test_a_key_is_redacted_whatever_its_form() -> None:
    assert redact("Authorization: Bearer abc.def-123 sent") == "Authorization: Bearer *** sent"
    assert redact("key sk-proj-0123456789abcdef0123 refused") == "key *** refused"
    form = RedactingFormatter("%(message)s", ["no form at all"])
    assert form.format(_record("sent %s", "'no form at all'")) == "sent '***'"


def test_a_password_in_an_address_is_redacted() -> None:
    assert redact("get http://me:secret@host/a?b") == "get http://***@host/a?b"
    assert redact("2026-11-23 10:20:30 kept as it is") == "2026-11-23 10:20:30 kept as it is"
