"""Pages of text -> the bytes of a PDF: Latin in Helvetica, Chinese in the standard CID font STSong-Light.

No font is embedded, as in the PDFs of many Chinese offices: a reader finds the characters by the
predefined CMap UniGB-UCS2-H (PDF 1.7, 9.7.5.2) or by the ToUnicode map written here.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence

_WIDTH, _HEIGHT = 595, 842
_MARGIN, _SIZE, _LEADING = 72, 12, 20
_COLUMNS = 74  # half-width cells in a line
_ROWS = (_HEIGHT - 2 * _MARGIN) // _LEADING


def write_pdf(title: str, pages: Sequence[str]) -> bytes:
    """A PDF of exactly `len(pages)` pages; paragraphs of a page are separated by newlines.

    Lines break at the edge of the page, within a Chinese word too, as typesetters do.
    Raises ValueError for no pages, a page too long to fit, or characters outside the basic plane.
    """
    if not pages:
        raise ValueError("a PDF needs at least one page")
    contents = [_content(_lines(page)) for page in pages]
    characters = {character for page in pages for character in page if character != "\n"}
    return _assemble(_objects(title, contents, characters))


def _lines(page: str) -> list[str]:
    lines = [line for paragraph in page.split("\n") for line in _wrap(paragraph)]
    if len(lines) > _ROWS:
        raise ValueError(f"{len(lines)} lines do not fit on a page of {_ROWS}: {page[:40]!r}")
    return lines


def _wrap(paragraph: str) -> Iterator[str]:
    """Lines of at most `_COLUMNS` cells; Latin text breaks at spaces, Chinese anywhere."""
    line, cells = "", 0
    for character in paragraph:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if cells + wide > _COLUMNS:
            head, space, tail = line.rpartition(" ")
            keep = tail if space and tail.isascii() and head else ""
            yield line[: len(line) - len(keep)].rstrip()
            line, cells = keep, len(keep)
        line, cells = line + character, cells + wide
    yield line


def _content(lines: Sequence[str]) -> bytes:
    """The drawing orders of one page."""
    orders = [f"BT {_LEADING} TL {_MARGIN} {_HEIGHT - _MARGIN} Td"]
    orders += [_show(line) for line in lines]
    return " ".join([*orders, "ET"]).encode("ascii")


def _show(line: str) -> str:
    if line.isascii():
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"/F1 {_SIZE} Tf ({escaped}) Tj T*"
    return f"/F2 {_SIZE} Tf <{_ucs2(line)}> Tj T*"


def _ucs2(text: str) -> str:
    if any(ord(character) > 0xFFFF for character in text):
        raise ValueError(f"characters outside the basic plane: {text!r}")
    return text.encode("utf-16-be").hex().upper()


def _to_unicode(characters: set[str]) -> bytes:
    """The CMap from two-byte codes to the characters they are, one range for each high byte in use."""
    highs = sorted({ord(character) >> 8 for character in characters if not character.isascii()} | {0})
    blocks = []
    for start in range(0, len(highs), 100):  # a block may hold 100 ranges
        chunk = highs[start : start + 100]
        ranges = "\n".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in chunk)
        blocks.append(f"{len(chunk)} beginbfrange\n{ranges}\nendbfrange")
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)


def _objects(title: str, contents: Sequence[bytes], characters: set[str]) -> list[bytes]:
    """The objects in order of their numbers: catalogue, pages, information, fonts, then two for each page."""
    first = 9
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        f"<< /Title <FEFF{_ucs2(title)}> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [6 0 R] /ToUnicode 8 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /DW 1000 /W [1 95 500 814 939 500] >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        _stream(_to_unicode(characters)),
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Contents {first + 2 * index + 1} 0 R"
            f" /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>".encode()
        )
        objects.append(_stream(content))
    return objects


def _assemble(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(out)
