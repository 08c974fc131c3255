"""Turns the body of a request into the arguments of a call: JSON, a form, or multipart with files."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from yuanwatch.demo.botapi.params import Params, Upload, as_values


class BodyError(ValueError):
    """The body cannot be read."""


def read_params(query: str, content_type: str, body: bytes) -> Params:
    """Arguments from the query string and the body; the body wins."""
    values = _form(query)
    files: dict[str, Upload] = {}
    kind = content_type.partition(";")[0].strip().lower()
    if body and kind == "application/json":
        values |= _json(body)
    elif body and kind == "application/x-www-form-urlencoded":
        values |= _form(body.decode("latin-1"))
    elif body and kind == "multipart/form-data":
        more, files = _multipart(content_type, body)
        values |= more
    return Params(values, files)


def _form(text: str) -> dict[str, str]:
    # What is no UTF-8 becomes surrogates, which the reader of the value refuses with Telegram's words.
    return dict(parse_qsl(text, keep_blank_values=True, errors="surrogateescape"))


def _json(body: bytes) -> dict[str, str]:
    try:
        decoded = json.loads(body.decode("utf-8", "surrogateescape"))
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise BodyError(
            "object expected as a request body" if decoded is not None else "can't parse JSON object"
        )
    return as_values(decoded)


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    document = BytesParser(policy=HTTP).parsebytes(head + body)
    values: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for part in document.iter_parts():
        name, data = part.get_param("name", "", "content-disposition"), part.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        filename = part.get_filename()
        if filename is None:
            values[str(name)] = data.decode("utf-8", "surrogateescape")
        else:
            files[str(name)] = Upload(filename, part.get_content_type(), data)
    return values, files
