"""What the block of a source finds on the page of an article, and what stood in for what it does not find."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from analysis.types import Article
from crawler.checking.steps import counted, quoted, unwrapping
from crawler.checking.types import Finding, judged
from crawler.config import SourceConfig
from crawler.extract.article import configured
from crawler.extract.body import CONTAINERS, find_body
from crawler.extract.dates import read_date
from crawler.extract.decode import text_of
from crawler.extract.files import media_of
from crawler.extract.tree import paragraphs, parse, select
from crawler.rules import ArticleRules
from crawler.types import Entry, Page

_MOST_BYTES = 4_000_000
_SHORT = 20  # characters: less is no text


def examine_article(source: SourceConfig, page: Page, entry: Entry, article: Article | None) -> list[Finding]:
    """A finding for each step of `article` in a block; `article` is what was made of the page."""
    if (media := media_of(page.body, page.content_type)) is not None:
        read = f"a {media.upper()} file" if media != "other" else "a file of a kind that is not read"
        return [Finding("article", "ok" if article else "failed", read)]
    text = text_of(replace(page, body=page.body[:_MOST_BYTES]), source.encoding)
    rules = source.article
    findings = [_softened(one, article) for one in unwrapping("article", text, rules.unwrap)]
    unwrapped = bool(findings) and all(one.verdict == "ok" for one in findings)
    tree = parse(text)
    if tree is None:
        return findings
    findings += _selected(tree, rules, article)
    if not unwrapped:
        findings.append(_body(tree, page.url, rules.body, article))
    findings.append(_date(tree, source, page, entry, article))
    findings.append(_attachments(tree, rules, article))
    return [one for one in findings if one.found]


def _softened(finding: Finding, article: Article | None) -> Finding:
    """A step that found nothing has not failed where the text was found elsewhere."""
    stands = article is not None and len(article.text) >= _SHORT
    return replace(finding, verdict="warning") if finding.verdict == "failed" and stands else finding


def _selected(tree: HtmlElement, rules: ArticleRules, article: Article | None) -> list[Finding]:
    findings = []
    if rules.title:
        if title := configured(tree, rules.title):
            findings.append(Finding("article.title", "ok", f"“{quoted(title)}”"))
        else:
            taken = f"; taken from elsewhere: “{quoted(article.title)}”" if article else ""
            advice = "Write the selector of the headline anew, or leave it out."
            findings.append(Finding("article.title", "warning", f"not found{taken}", advice))
    if rules.remove:
        number = len(select(tree, rules.remove.replace("|", ",")))
        old = "It finds nothing any more; it may be left out."
        findings.append(judged("article.remove", number > 0, counted(number, "node"), old))
        for node in select(tree, rules.remove.replace("|", ",")):
            node.drop_tree()
    return findings


def _body(tree: HtmlElement, url: str, selector: str | None, article: Article | None) -> Finding:
    for css in (selector or "").split("|"):
        length = max((len(paragraphs(node)) for node in select(tree, css.strip())), default=0) if css else 0
        if length:
            named = f" by {css.strip()}" if "|" in (selector or "") else ""
            return Finding("article.body", "ok", f"{length} characters{named}")
    text, container = find_body(tree, url)
    if not text:
        advice = "Find the element around the text of the article and write its selector into article.body."
        files = article is not None and bool(article.attachments)
        return judged("article.body", False, "no text found", advice, "warning" if files else "failed")
    place = "readability (trafilatura)"
    if container is not None:
        common = (css for css in CONTAINERS if container in select(tree, css))
        place = f"the common container {next(common, '?')}"
    if selector is None:
        return Finding("article.body", "ok", f"none asked for; {len(text)} characters from {place}")
    advice = "Write the selector of the element around the text anew, or leave it out."
    return Finding(
        "article.body", "warning", f"not found; fell back to {place}: {len(text)} characters", advice
    )


def _date(
    tree: HtmlElement, source: SourceConfig, page: Page, entry: Entry, article: Article | None
) -> Finding:
    rules, known = source.article, article.published if article else None
    where = f"{known.astimezone(ZoneInfo(source.timezone)):%Y-%m-%d %H:%M}" if known else "none"
    if rules.date is None:
        if known is None:
            advice = "Write the selector of the date into list.date or article.date."
            return Finding("article.date", "warning", "no date anywhere", advice)
        return Finding("article.date", "ok", f"none asked for; {where}")
    written = configured(tree, rules.date)
    if read_date(written, source.timezone, rules.date_format, page.fetched, rules.date_prefix):
        return Finding("article.date", "ok", f"“{quoted(written)}” is {where}")
    said = f"“{quoted(written)}” was not understood" if written else "not found"
    advice = "Write the selector of the date anew" + (", or set article.date_format." if written else ".")
    return Finding("article.date", "warning", f"{said}; from elsewhere: {where}", advice)


def _attachments(tree: HtmlElement, rules: ArticleRules, article: Article | None) -> Finding:
    number = len(article.attachments) if article else 0
    if rules.attachments is None and not number:
        return Finding("article.attachments", "ok", "")  # not told
    return Finding("article.attachments", "ok", counted(number, "file"))
