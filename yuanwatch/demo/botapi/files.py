"""Files that were sent: what Telegram makes of an upload, and the names (file_id) that stand for it.

A photo is kept in several sizes, each with a name of its own; whichever is sent again is the whole photo.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from typing import Literal

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.links import checked_link
from yuanwatch.demo.botapi.params import Params, Upload
from yuanwatch.demo.botapi.records import Json

FileKind = Literal["photo", "document"]

MOST_BYTES: dict[FileKind, int] = {"photo": 10 << 20, "document": 50 << 20}
DOWNLOAD_BYTES = 20 << 20
_SIDES_SUM = 10_000  # of a photo, in pixels
_RATIO = 20
_SIZES = ((320, "m"), (1280, "y"))  # longest sides; a photo is never made larger
_PNG = b"\x89PNG\r\n\x1a\n"
_OTHER_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF")
_UNMEASURED = (1280, 960)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that the bot has sent; `id` is the stem of its names. A photo has a width and a height."""

    id: str
    kind: FileKind
    upload: Upload
    width: int = 0
    height: int = 0

    def to_json(self) -> dict[str, Json]:
        """The photo or document of a Message of the Bot API."""
        if self.kind == "document":
            return {"document": self._named("") | {"file_name": self.upload.name}}
        sizes = _SIZES if max(self.width, self.height) > _SIZES[0][0] else _SIZES[:1]
        return {"photo": [self._size(side, letter) for side, letter in sizes]}

    @property
    def path(self) -> str:
        """Where it can be fetched from, below /file/bot<token>/."""
        return f"{self.kind}s/{self.id[:16]}{'.png' if self.kind == 'photo' else ''}"

    def _size(self, side: int, letter: str) -> dict[str, Json]:
        part = min(1.0, side / max(self.width, self.height))
        width, height = (max(1, round(each * part)) for each in (self.width, self.height))
        return self._named(letter) | {"width": width, "height": height}

    def _named(self, letter: str) -> dict[str, Json]:
        size = {"file_size": len(self.upload.data)}
        return {"file_id": self.id + letter, "file_unique_id": self.id[-12:] + letter, **size}


class Files:
    """All files of a stand-in."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}

    def take(self, params: Params, name: str, kind: FileKind) -> StoredFile:
        """The file that a call sends: an upload (attach://..., or the part called `kind`) or a known one.

        Raises ApiError.
        """
        upload = params.files.get(name.removeprefix("attach://")) if name else params.files.get(kind)
        if upload is not None:
            return self.keep(upload, kind)
        if not name:
            raise bad_request(f"there is no {kind} in the request")
        if name.startswith(("http://", "https://")):
            # The stand-in fetches nothing: what Telegram says of an address it cannot reach.
            reached = "failed to get HTTP URL content" if checked_link(name) else "wrong HTTP URL specified"
            raise bad_request(reached)
        known = self.named(name)
        if known is None:
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        if known.kind != kind:
            raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return known

    def named(self, file_id: str) -> StoredFile | None:
        """The file of a name, of whichever size."""
        return self._by_id.get(file_id) or self._by_id.get(file_id[:-1])

    def at(self, path: str) -> StoredFile | None:
        """The file at a path that getFile told."""
        return next((each for each in self._by_id.values() if each.path == path), None)

    def forget(self) -> None:
        """From now on no name is known any more, as after years, or with another bot."""
        self._by_id.clear()

    def keep(self, upload: Upload, kind: FileKind) -> StoredFile:
        """A file that somebody has uploaded, under a name of its own. Raises ApiError."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > MOST_BYTES[kind]:
            size = f"file of size {len(upload.data)} bytes is too big for a {kind}"
            raise bad_request(f"{size}; the maximum size is {MOST_BYTES[kind]} bytes")
        width, height = _measured(upload.data) if kind == "photo" else (0, 0)
        stored = StoredFile(secrets.token_urlsafe(40), kind, upload, width, height)
        self._by_id[stored.id] = stored
        return stored


def _measured(data: bytes) -> tuple[int, int]:
    """The width and the height of a photo. Raises ApiError for what is no picture, or too long a strip."""
    if data.startswith(_OTHER_PICTURES):
        return _UNMEASURED
    if not data.startswith(_PNG) or len(data) < 24:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", data[16:24])
    sides = sorted((int(width), int(height)))
    if not sides[0] or sum(sides) > _SIDES_SUM or sides[1] > _RATIO * sides[0]:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return int(width), int(height)
