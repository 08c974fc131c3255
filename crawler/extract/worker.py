"""A program of its own: a PDF or DOCX on standard input -> {"text", "pages", "title", "problem"} as JSON.

It runs in a process with limits on memory, time and files, because it is native code that reads what
strangers wrote. Started by crawler.extract.files as `python -P worker.py pdf|docx`, never imported by it.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 20
PAGES = 200
CHARACTERS = 2_000_000
_SENTENCE_END = tuple("。！？；：.!?;:")
_PAGE_NUMBER = re.compile(r"[-–—\s]*\d{1,4}[-–—\s]*|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+")
_NO_TITLE = re.compile(
    r"^\(?(?:untitled|unbenannt|anonymous|无标题|未命名|文档|document)\)?[\s\d-]*$"
    r"|^microsoft (?:word|powerpoint)\b"
    r"|\.(?:docx?|pdf|wps|indd|rtf|pptx?)$",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def read(data: bytes, media: str) -> dict[str, Any]:
    """What the file holds. `problem` is a sentence where the text could not be read."""
    return read_docx(data) if media == "docx" else read_pdf(data)


def read_pdf(data: bytes) -> dict[str, Any]:
    """Text, number of pages and title of a PDF; at most PAGES pages are read."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        return _answer(problem="encrypted: it wants a password" if locked else "broken: not a readable PDF")
    pages = len(document)
    texts: list[str] = []
    size = 0
    for number in range(min(pages, PAGES)):
        text = _page_text(document, number)
        texts.append(text)
        size += len(text)
        if size > CHARACTERS:
            break
    text = reflow("\n".join(texts))
    title = _given_title(str(document.get_metadata_dict().get("Title", "")))
    if not text:
        return _answer(pages=pages, title=title, problem=f"image only, {pages} page{'s' * (pages != 1)}")
    return _answer(text, pages, title)


def _given_title(title: str) -> str:
    """The title somebody gave it; "" for what a program puts there by itself (a file name, "untitled")."""
    title = title.strip()
    return "" if _NO_TITLE.search(title) else title


def _page_text(document: Any, number: int) -> str:
    import pypdfium2

    try:
        page = document[number]
        return str(page.get_textpage().get_text_bounded()).replace("\r\n", "\n").replace("\r", "\n")
    except pypdfium2.PdfiumError:
        return ""  # one broken page does not cost the others


def read_docx(data: bytes) -> dict[str, Any]:
    """Text of a DOCX, with the words in its tables; it has no pages until it is printed."""
    import mammoth

    try:
        text = str(mammoth.extract_raw_text(io.BytesIO(data)).value)
    except Exception:  # mammoth raises whatever zipfile and the XML parser raise
        return _answer(problem="broken: not a readable DOCX")
    lines = [" ".join(line.split()) for line in text[:CHARACTERS].splitlines()]
    text = "\n".join(line for line in lines if line)
    return _answer(text) if text else _answer(problem="empty: no text in the DOCX")


def reflow(text: str) -> str:
    """Paragraphs out of printed lines: a line as long as its neighbours that ends no sentence goes on."""
    lines = [" ".join(line.replace("\ufffe", "-").replace("\x02", "-").split()) for line in text.split("\n")]
    lines = [line for line in lines if not _PAGE_NUMBER.fullmatch(line)]
    lengths = sorted(len(line) for line in lines if line)
    full = lengths[len(lengths) * 3 // 4] * 0.8 if lengths else 0
    paragraphs: list[str] = []
    open_line = False
    for line in lines:
        if not line:
            open_line = False
            continue
        if open_line and paragraphs:
            paragraphs[-1] = _joined(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        open_line = len(line) >= full and not line.endswith(_SENTENCE_END)
    return "\n".join(paragraphs)


def _joined(before: str, after: str) -> str:
    if before.endswith("-") and after[:1].islower():
        return before[:-1] + after
    glue = "" if _CJK.match(before[-1]) and _CJK.match(after[0]) else " "
    return before + glue + after


def _answer(
    text: str = "", pages: int | None = None, title: str = "", problem: str | None = None
) -> dict[str, Any]:
    return {"text": text[:CHARACTERS], "pages": pages, "title": title[:300], "problem": problem}


def main() -> None:
    """Limits first, then the bytes of a stranger."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), sys.argv[1])
    except MemoryError:
        answer = _answer(problem="too large to read: it needs more memory than it is given")
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
