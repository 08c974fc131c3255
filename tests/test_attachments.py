"""PDF and DOCX files are read in a process of their own, and what cannot be read is said to be so."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from hashlib import md5

import pytest

from crawler.extract.files import media_of, read_file
from crawler.extract.worker import reflow
from yuanwatch.demo.pdf import write_pdf

PLAN = "数字人民币试点工作方案\n一、总体目标\n到2025年底，全市受理商户达到十万家。"


def bare_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first one its catalog."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (*(size, table, size, trailer, len(body)),)
    )


def one_page(stream: bytes, dictionary: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one page with this content stream."""
    return bare_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), dictionary, stream),
        trailer=trailer,
    )


def docx(*paragraphs: str, cell: str = "") -> bytes:
    """A Word document of these paragraphs and a table of one cell."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    text += (
        f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" if cell else ""
    )
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr("_rels/.rels", links)
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{text}</w:body></w:document>")
    return out.getvalue()


def test_a_pdf_of_many_pages() -> None:
    read = read_file(write_pdf("数字人民币试点工作方案", [PLAN, *["第二部分 重点任务"] * 11]), "pdf")
    assert read.pages == 12 and read.title == "数字人民币试点工作方案" and read.problem is None
    assert "全市受理商户达到十万家" in read.text and "重点任务" in read.text


def test_a_docx_with_a_table() -> None:
    read = read_file(
        docx("区块链专项资金申报指南", "单个项目最高支持100万元。", cell="联系人：李女士"), "docx"
    )
    assert read.text.split("\n") == ["区块链专项资金申报指南", "单个项目最高支持100万元。", "联系人：李女士"]
    assert read.problem is None and read.pages is None


def test_pages_without_text_are_pictures() -> None:
    read = read_file(one_page(b"0 0 300 300 re f"), "pdf")
    assert (read.problem, read.pages, read.text) == ("image only, 1 page", 1, "")


def test_an_encrypted_pdf() -> None:
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
    read = read_file(one_page(b"0 0 300 300 re f", trailer=lock), "pdf")
    assert read.problem is not None and read.problem.startswith("encrypted")


def rc4(key: bytes, data: bytes) -> bytes:
    """The cipher of old PDF files."""
    box, j, i = list(range(256)), 0, 0
    for n in range(256):
        j = (j + box[n] + key[n % len(key)]) % 256
        box[n], box[j] = box[j], box[n]
    out, j = bytearray(), 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def test_a_pdf_locked_with_an_empty_password_is_read() -> None:
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner = rc4(md5(padding).digest()[:5], padding)
    key = md5(padding + owner + struct.pack("<i", -4) + b"\x00").digest()[:5]
    user = rc4(key, padding)
    lock = b"/Encrypt 5 0 R/ID[<00><00>]"
    stream = rc4(md5(key + b"\x04\x00\x00\x00\x00").digest()[:10], b"BT /F 9 Tf 9 9 Td (open words) Tj ET")
    read = read_file(
        bare_pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 6 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>" % (owner.hex().encode(), user.hex().encode()),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            trailer=lock,
        ),
        "pdf",
    )
    assert (read.text, read.problem) == ("open words", None)


def test_tables_without_end_and_pages_without_number() -> None:
    ring = one_page(b"0 0 9 9 re f", trailer=b"/Prev 9")
    ring = ring.replace(b"/Prev 9", b"/Prev %d" % ring.rindex(b"xref\n0"))
    assert read_file(ring, "pdf").problem is not None
    kids = b"3 0 R " * 10_000
    many = bare_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count 10000>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
    )
    began = time.monotonic()
    read = read_file(many, "pdf")
    assert read.text == "" and read.problem is not None
    assert time.monotonic() - began < 25


@pytest.mark.parametrize(
    ("data", "media"), [(b"%PDF-1.7 and nothing", "pdf"), (b"PK\x03\x04 and nothing", "docx")]
)
def test_broken_files(data: bytes, media: str) -> None:
    read = read_file(data, media)  # type: ignore[arg-type]
    assert read.problem is not None and read.problem.startswith("broken")


def test_a_bomb_harms_nobody() -> None:
    packer = zlib.compressobj(9)
    block = packer.compress(b" " * 30_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = block[:2] + block[2:] * 100  # three gigabytes of blanks
    began = time.monotonic()
    read = read_file(one_page(stream, b"/Filter/FlateDecode"), "pdf")
    assert read.problem is not None and read.text == ""
    assert time.monotonic() - began < 25


def test_too_large_and_of_other_kinds() -> None:
    assert "too large" in (read_file(b"%PDF-" + bytes(20_000_000), "pdf").problem or "")
    assert "only PDF and DOCX" in (read_file(b"\x89PNG", "other").problem or "")


def test_first_bytes_tell_what_a_file_is() -> None:
    assert media_of(b"\n%PDF-1.4", "text/html") == "pdf"
    assert media_of(docx("x"), "application/octet-stream") == "docx"
    assert media_of(b"\x89PNG\r\n\x1a\n", "text/html") == "other"
    assert media_of("<html>数字人民币</html>".encode("utf-16"), "application/pdf") is None
    assert media_of(b"<html>", "application/octet-stream") is None


def test_printed_lines_become_paragraphs() -> None:
    printed = (
        "第一章 总则\n"
        "为推进数字人民币试点工作，根据国家有关规定，结合本市\n"
        "实际，制定本办法。\n"
        "- 3 -\n"
        "第二条 本办法自公布之日起施行。\n\n"
        "The city will open a pilot for block-\n"
        "chain services this year."
    )
    assert reflow(printed).split("\n") == [
        "第一章 总则",
        "为推进数字人民币试点工作，根据国家有关规定，结合本市实际，制定本办法。",
        "第二条 本办法自公布之日起施行。",
        "The city will open a pilot for blockchain services this year.",
    ]
