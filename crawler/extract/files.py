"""Reads PDF and DOCX files in a worker process with limits, so that a bomb harms nothing but itself."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Media = Literal["pdf", "docx", "other"]

MAX_BYTES = 20_000_000
SECONDS = 20.0
_WORKER = Path(__file__).with_name("worker.py")
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL")
_BLANK = b" \t\r\n\x00\xef\xbb\xbf"  # before the markup of a page; a stray NUL makes it no file
_BINARY = ("image/", "video/", "audio/", "application/zip", "application/octet-stream", "application/msword")


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file holds; `problem` is a sentence where its text could not be read."""

    text: str = ""
    pages: int | None = None
    title: str = ""
    problem: str | None = None


def media_of(data: bytes, content_type: str | None = None) -> Media | None:
    """The kind of file by its first bytes: pdf, docx, other for what is not text; None for text."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx" if _holds_word(data) else "other"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None  # UTF-16 is full of zeros, and text all the same
    if (b"\x00" in data[:2048] and not data.lstrip(_BLANK).startswith(b"<")) or data.startswith(
        (b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")
    ):
        return "other"
    named = (content_type or "").lower().startswith(_BINARY)
    return "other" if named and not data.lstrip().startswith(b"<") else None


def _holds_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read_file(data: bytes, media: Media) -> FileText:
    """The text of a PDF or DOCX of at most MAX_BYTES, read in a worker process. Blocks up to SECONDS.

    Never raises for what the file holds.
    """
    if media == "other":
        return FileText(problem="not read: only PDF and DOCX files are")
    if len(data) > MAX_BYTES:
        return FileText(problem=f"too large to read: {len(data) / 1e6:.0f} MB")
    command = [sys.executable, "-P", "-B", str(_WORKER), media]
    # Native code that reads strangers' files gets no secrets: of our environment only what finds libraries.
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the file goes in by standard input
            command, input=data, capture_output=True, timeout=SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return FileText(problem=f"too slow to read: stopped after {SECONDS:.0f} s")
    return _answer(done.returncode, done.stdout)


def _answer(status: int, output: bytes) -> FileText:
    try:
        answer = json.loads(output) if status == 0 else None
    except ValueError:
        answer = None
    if answer is None:
        return FileText(problem="unreadable: reading it exceeded its limits or crashed the reader")
    return FileText(answer["text"], answer["pages"], answer["title"], answer["problem"])
