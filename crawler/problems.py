"""Turns what goes wrong with a request into a sentence for the operator."""

from __future__ import annotations

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.extract.blocked import refusal
from crawler.guard import AddressRefusedError
from crawler.types import UnreadableError
from storage.types import SourceStatus

# What stands before the @ of an address is nobody's business, wherever it comes from: a link, a redirection.
_USERINFO = re.compile(r"(?<=[\s/])[^/\s@]{1,500}:[^/\s@]{1,500}@")
_NAMES = {
    "DownloadTimeoutError": "no answer in time",
    "CannotResolveHostError": "unknown host",
    "DownloadConnectionRefusedError": "connection refused",
    "DownloadFailedError": "connection failed",
    "DownloadCancelledError": "given up",
    "ResponseDataLossError": "the answer broke off",
    **dict.fromkeys(("BadGzipFile", "ZstdError", "error"), "the answer cannot be unpacked"),
}


def problem_of(failure: Failure) -> UnreadableError:
    """What the failure that Scrapy gives to an errback means."""
    return wrong_with(failure.value)


def wrong_with(error: BaseException | None) -> UnreadableError:
    """What an error of a request means, as a sentence."""
    if isinstance(error, UnreadableError):
        return error
    if isinstance(error, HttpError):
        return refusal(error.response.status) or UnreadableError(
            f"the server answered {error.response.status}", "unreachable"
        )
    if isinstance(error, AddressRefusedError):
        return UnreadableError(str(error), lasting=True)
    if isinstance(error, IgnoreRequest):
        words = str(error)
        if "during decompression" in words:
            return UnreadableError("given up: unpacked it is larger than it may be", "unreachable")
        return UnreadableError(words[:1].lower() + words[1:], "blocked", lasting="robots" in words)
    words = _USERINFO.sub("", " ".join(str(error).split())) or "it is larger than it may be"
    name = type(error).__name__
    status: SourceStatus = "unreachable" if name in _NAMES else "failed"
    return UnreadableError(f"{_NAMES.get(name, name)}: {words}"[:300], status)
