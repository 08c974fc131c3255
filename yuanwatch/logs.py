"""Logging: one line per event on stderr, never a secret in it."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_KEY = re.compile(r"(?<=\bBearer )[^\s'\"]+|\bsk-[\w-]{16,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^/\s@:]+:[^/\s@]+(?=@)")
_NOISY = ("httpx", "httpcore", "apscheduler", "scrapy", "twisted", "alembic", "trafilatura", "asyncio")


def redact(text: str) -> str:
    """The text without Telegram tokens, keys of interfaces and passwords in addresses."""
    return _USERINFO.sub("***", _KEY.sub("***", _TOKEN.sub("***", text)))


class RedactingFormatter(logging.Formatter):
    """Formats a record and redacts the whole line, the traceback included; `secrets` have no form."""

    def __init__(self, form: str, secrets: Iterable[str] = ()) -> None:
        super().__init__(form)
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows on lines of its own."""
        line = redact(super().format(record))
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """UTC to the second."""
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The traceback, redacted with the line."""
        return "".join(traceback.format_exception(*ei))  # type: ignore[misc]


def set_up(level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Send everything from `level` up to stderr, without `secrets`.

    Libraries speak from WARNING up, unless at DEBUG.

    httpx and httpcore stay at WARNING always: they print the address of each request, and with it
    the token.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        quiet = level != "DEBUG" or name in ("httpx", "httpcore")
        logging.getLogger(name).setLevel(logging.WARNING if quiet else logging.INFO)
    logging.captureWarnings(True)
