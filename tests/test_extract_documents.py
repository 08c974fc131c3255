"""Single documents, as `yuanwatch analyse` takes them: text, HTML, PDF and DOCX, told apart by their bytes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.types import Publisher
from crawler.documents import DocumentError, read_document
from crawler.headline import split_headline
from tests.sites import Reply, serve
from yuanwatch.demo.pdf import write_pdf

EXAMPLE = Path(__file__).resolve().parents[2] / "shared" / "examples" / "peking-blockchain-plan.de.txt"
PRESS = Publisher("press", "Press", "media", timezone="Europe/Berlin")


def test_text_with_lines() -> None:
    article = read_document(
        "苏州发布数字人民币方案\n\n发布时间：2024-03-05\n正文第一段。\n".encode(), "a.txt", None, PRESS
    )
    assert (article.title, article.text) == ("苏州发布数字人民币方案", "发布时间：2024-03-05\n正文第一段。")
    assert article.published == datetime(2024, 3, 4, 23, tzinfo=UTC) and article.publisher == PRESS


def test_a_page_saved_as_one_line() -> None:
    headline = "Stadt am Fluss plant ein Zentrum für Blockchain"
    text = f"Zurück {headline} Weiter Start {headline} {headline} Von A. Beispiel 3. Mai 2021 Die Stadt plant viel."
    title, rest = split_headline(text)
    assert title == headline and rest == "Von A. Beispiel 3. Mai 2021 Die Stadt plant viel."


def test_a_chinese_page_saved_as_one_line() -> None:
    headline = "深圳市启动数字人民币红包活动"
    title, rest = split_headline(
        f"首页 > 新闻 > {headline} {headline} 来源：某报 深圳市今日启动活动，红包共计十万份。"
    )
    assert title == headline and rest.startswith("来源：某报 深圳市今日")


def test_navigation_above_a_repeated_headline() -> None:
    assert split_headline("Start\nDer Plan der Stadt\nTeilen\nDer Plan der Stadt\nText.") == (
        "Der Plan der Stadt",
        "Text.",
    )


def test_a_long_line_without_repetition_has_no_headline() -> None:
    line = " ".join(f"Wort{n}" for n in range(200))
    assert split_headline(line) == ("", line)


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared examples are not here")
def test_the_shared_example() -> None:
    article = read_document(EXAMPLE.read_bytes(), EXAMPLE.name, None, PRESS)
    assert article.title.split()[0] == "Peking"
    assert article.title.split()[-1] == "Blockchain-Innovationszentrums"
    assert len(article.title.split()) == 8
    assert article.title not in article.text
    assert article.published == datetime(2020, 9, 15, 22, tzinfo=UTC)


def test_html_and_pdf_under_any_name() -> None:
    page = (
        "<html><head><title>A plan</title></head><body><h1>A plan for the city</h1><p>"
        + "The city plans. " * 30
        + "</p>"
    )
    assert read_document(page.encode(), "saved", None, PRESS).title == "A plan for the city"
    file = read_document(
        write_pdf("Plan", ["A plan for blockchain in the city."] * 3), "plan.txt", None, PRESS
    )
    assert file.attachments[0].pages == 3 and "blockchain" in file.text


@pytest.mark.parametrize("data", [b"", b"  \n ", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n\x00"])
def test_what_holds_no_text_says_so(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_document(data, "nothing", None, PRESS)


FETCH = """
import sys
from crawler.config import CrawlConfig
from crawler.documents import DocumentError, fetch_document
try:
    data, kind, url = fetch_document(sys.argv[1], CrawlConfig(allow_networks=sys.argv[2:]))
    print(len(data), kind, url)
except DocumentError as error:
    print("refused:", error)
"""


def fetch(url: str, *networks: str) -> str:
    """What fetching a document says, in a process of its own."""
    command = [sys.executable, "-W", "error", "-c", FETCH, url, *networks]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def test_a_document_from_the_web_comes_under_the_guard() -> None:
    with serve() as site:
        site.pages["/old"] = Reply("", 301, {"Location": "/new"})
        site.pages["/new"] = Reply("a text", content_type="text/plain")
        assert fetch(site.url("/old"), "127.0.0.0/8") == f"6 text/plain {site.url('/new')}"
        asked = site.connections
        assert "not a public address" in fetch(site.url("/new")) and site.connections == asked
    assert "not an http or https address" in fetch("file:///etc/passwd")


@pytest.mark.parametrize("given", ["untitled", "Microsoft Word - 方案.doc", "通知.docx", "无标题"])
def test_a_pdf_titled_by_its_program_is_called_by_its_first_line(given: str) -> None:
    paper = write_pdf(given, ["关于印发试点方案的通知\n各区人民政府：\n现将方案印发给你们，请认真执行。"])
    assert read_document(paper, "a.pdf", None, PRESS).title == "关于印发试点方案的通知"
