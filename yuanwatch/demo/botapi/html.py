"""Turns a text in Telegram's HTML mode into plain text and entities, or into the error Telegram gives.

The rules are those of the parser in Telegram's own client library (TDLib); tests judge this one by that one.
All positions in errors are byte offsets into the UTF-8 text; offsets of entities are UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yuanwatch.demo.botapi.entities import Entity, in_order
from yuanwatch.demo.botapi.links import checked_link, user_of_link

_KIND_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_SPACE = b" \t\r\n\0\v"
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_REFERENCE = re.compile(rb"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<dec>[0-9]*)|(?P<name>[A-Za-z]*))")
_TAG_NAME = re.compile(rb"[^ \t\r\n\0\v>]*")
_ATTRIBUTE_NAME = re.compile(rb"[^ \t\r\n\0\v=>/\"']*")
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_SPACES = re.compile(rb"[ \t\r\n\v]*")
_DATE_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
_INT32 = 1 << 31


class MarkupError(ValueError):
    """The markup is refused; the message is Telegram's, without the "can't parse entities: " before it."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    argument: str
    date: int
    offset: int
    begin: int


def parse_html(text: str) -> tuple[str, tuple[Entity, ...]]:
    """Plain text and entities in order. Raises MarkupError."""
    return _Parser(text).parse()


class _Parser:
    """One pass over the bytes. The text is followed by a NUL, which ends whatever is still open."""

    def __init__(self, text: str) -> None:
        self.source = text.encode()
        self.text = self.source + b"\0"
        self.at = 0
        self.plain = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, tuple[Entity, ...]]:
        while self.at < len(self.source):
            byte = self.text[self.at]
            if byte == ord("<"):
                if self.text[self.at + 1] == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
            elif byte == ord("&") and (character := self._reference()):
                self._add(character)
            else:
                self._plain_run()
        return self._finished()

    def _finished(self) -> tuple[str, tuple[Entity, ...]]:
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        try:
            plain = self.plain.decode()
        except UnicodeDecodeError:
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            ) from None
        bare = (replace(entity, language="") if entity.kind == "code" else entity for entity in self.entities)
        return plain, in_order(bare)

    def _add(self, character: str) -> None:
        self.plain += character.encode("utf-8", "surrogatepass")
        self.offset += 1 + (ord(character) > 0xFFFF)

    def _plain_run(self) -> None:
        """Everything up to the next byte that means something; the first byte is taken as it is."""
        stops = [i for stop in (b"<", b"&") if (i := self.source.find(stop, self.at + 1)) >= 0]
        end = min(stops, default=len(self.source))
        run = self.source[self.at : end]
        self.plain += run
        self.offset += len(run.decode().encode("utf-16-le")) // 2
        self.at = end

    def _reference(self) -> str:
        """The character that the reference at `at` means, and move behind it; "" and stay if it is none."""
        match = _REFERENCE.match(self.text, self.at)
        assert match is not None
        if match["name"] is not None:
            character = _NAMED.get(match["name"], "")
        else:
            code = int(match["hex"] or b"0", 16) if match["hex"] is not None else int(match["dec"] or b"0")
            fits = 0 < code < 0x10FFFF and match.end() - match.start() < 10
            character = chr(code) if fits else ""
        if character:
            self.at = match.end() + (self.text[match.end()] == ord(";"))
        return character

    def _skip(self, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return match[0]

    def _ended(self) -> bool:
        return self.text[self.at] == 0

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._skip(_TAG_NAME).lower().decode()
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        if tag not in _KIND_OF_TAG:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument, date = "", 0
        while self.text[self.at] != ord(">"):
            self._skip(_SPACES)
            if self.text[self.at] == ord(">"):
                break
            name, value = self._attribute(tag, begin)
            argument, date = _meaning(tag, name, value, argument, date)
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, date, self.offset, len(self.plain)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        name = self._skip(_ATTRIBUTE_NAME).decode()
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip(_SPACES)
        if self._ended():
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if self.text[self.at] != ord("="):
            return name, None
        self.at += 1
        self._skip(_SPACES)
        if self._ended():
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted() if self.text[self.at] in b"'\"" else self._token()
        if self._ended():
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _token(self) -> str:
        begin = self.at
        token = self._skip(_NAME_TOKEN).lower().decode()
        if self.text[self.at] not in _SPACE + b">":
            raise MarkupError(f"Unexpected end of name token at byte offset {begin}")
        return token

    def _quoted(self) -> str:
        quote = self.text[self.at]
        self.at += 1
        value = bytearray()
        while self.text[self.at] not in (quote, 0):
            if self.text[self.at] == ord("&") and (character := self._reference()):
                value += character.encode("utf-8", "surrogatepass")
            else:
                value.append(self.text[self.at])
                self.at += 1
        if self.text[self.at] == quote:
            self.at += 1
        return value.decode("utf-8", "surrogatepass")

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        found = self._skip(_TAG_NAME).lower().decode()
        self._skip(_SPACES)
        if self.text[self.at] != ord(">"):
            raise MarkupError(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        start = self.open[-1]
        if found and found != start.tag:
            raise MarkupError(
                f'Unmatched end tag at byte offset {begin}, expected "</{start.tag}>", found "</{found}>"'
            )
        if self.offset > start.offset:
            self._close(start)
        self.open.pop()

    def _close(self, start: _Open) -> None:
        entity = Entity(_KIND_OF_TAG[start.tag], start.offset, self.offset - start.offset)
        match start.tag:
            case "a":
                self._close_link(start, entity)
            case "pre" | "code":
                self._close_code(start, entity)
            case "blockquote" if start.argument:
                self.entities.append(replace(entity, kind="expandable_blockquote"))
            case "tg-emoji":
                self.entities.append(replace(entity, custom_emoji_id=_emoji(start.argument)))
            case "tg-time":
                if not _DATE_FORMAT.fullmatch(start.argument):
                    raise MarkupError("Invalid date format used")
                if start.date > 0:
                    self.entities.append(replace(entity, date=start.date, date_format=start.argument))
            case _:
                self.entities.append(entity)

    def _close_link(self, start: _Open, entity: Entity) -> None:
        """A link that fails the check is dropped without a word: the text stays."""
        url = start.argument or self.plain[start.begin :].decode("utf-8", "surrogatepass")
        if user := user_of_link(url):
            self.entities.append(replace(entity, kind="text_mention", user_id=user))
        elif link := checked_link(url):
            self.entities.append(replace(entity, url=link))

    def _close_code(self, start: _Open, entity: Entity) -> None:
        """`pre` right around `code` of a language, in either order, is one entity with that language."""
        last = self.entities[-1] if self.entities else None
        twin = last is not None and (last.offset, last.length) == (entity.offset, entity.length)
        if last and twin and start.tag == "pre" and last.kind == "code" and last.language:
            self.entities[-1] = replace(last, kind="pre")
        elif last and twin and start.tag == "code" and last.bare_pre and start.argument:
            self.entities[-1] = replace(last, language=start.argument)
        else:
            self.entities.append(replace(entity, language=start.argument if start.tag == "code" else ""))


def _meaning(tag: str, name: str, value: str | None, argument: str, date: int) -> tuple[str, int]:
    """What an attribute adds to its tag; one without a meaning changes nothing."""
    match tag, name:
        case "blockquote", "expandable":
            return "1", date
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format") if value is not None:
            return value, date
        case "code", "class" if value and value.startswith("language-"):
            return value.removeprefix("language-"), date
        case "span", "class" if value and value.startswith("tg-"):
            return value.removeprefix("tg-"), date
        case "tg-time", "unix" if value is not None:
            return argument, _leading_integer(value)
    return argument, date


def _leading_integer(value: str) -> int:
    match = re.match(r"-?[0-9]+", value)
    number = int(match[0]) if match else 0
    return (number + _INT32) % (2 * _INT32) - _INT32


def _emoji(argument: str) -> str:
    number = int(argument) if re.fullmatch(r"-?[0-9]{1,19}", argument) else 0
    if not -(2**63) <= number < 2**63 or number == 0:
        raise MarkupError("Invalid custom emoji identifier specified")
    return str(number)
