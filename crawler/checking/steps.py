"""Findings that every kind of list has: steps that unwrap it, links that are kept, values that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crawler.checking.types import Finding, judged
from crawler.config import SourceConfig
from crawler.rules import Chain, Step
from crawler.spiders.links import absolute, link_to, shaped
from crawler.types import UnreadableError
from crawler.unwrap import unwrap

_QUOTED = 60


def unwrapping(part: str, text: str, chain: Chain) -> list[Finding]:
    """How many pieces each step of a chain leaves; `part` is the block it stands in."""
    findings: list[Finding] = []
    for number in range(1, len(chain) + 1):
        step = f"{part}.unwrap step {number} ({_named(chain[number - 1])})"
        try:
            pieces = unwrap(text, chain[:number])
        except UnreadableError as error:
            return [*findings, Finding(step, "failed", error.problem, _LOOK)]
        if not pieces:
            return [*findings, Finding(step, "failed", "found nothing", _LOOK)]
        findings.append(Finding(step, "ok", counted(len(pieces), "piece")))
    return findings


_LOOK = "Look at the raw answer of the address and write the step anew."


def _named(step: Step) -> str:
    if step.take:
        return step.take
    name, value = next(
        (name, value)
        for name, value in (("json", step.path), ("regex", step.regex), ("after", step.after))
        if value is not None
    )
    return f"{name}: {quoted(value)}"


def kept_links(
    links: Sequence[str], base: str, source: SourceConfig, patterns: Mapping[str, str]
) -> tuple[list[bool], list[Finding]]:
    """Which links are wanted, and what the rules about links made of them."""
    rules, findings = source.list, []
    urls = [link_to(base, link, rules) for link in links]
    if rules.link_param is not None:
        inside = sum(f"{rules.link_param}=" in (absolute(base, link) or "") for link in links)
        said = f"in {inside} of {counted(len(links), 'link')}"
        findings.append(judged("list.link_param", inside > 0, said, "The links no longer carry it."))
    for name in ("link_include", "link_exclude"):
        if (pattern := getattr(rules, name)) is not None:
            findings.append(_filtered(name, pattern, links, base))
    fitting = [url is not None and shaped(url, source, patterns)[0] for url in urls]
    if rules.link_pattern is not None:
        kept, all_of = sum(fitting), sum(url is not None for url in urls)
        sample = next((url for url in urls if url), "")
        advice = f"Compare the pattern with an address of the list, such as {sample}"
        step = f"list.link_pattern {rules.link_pattern}"
        findings.append(judged(step, kept > 0, f"kept {kept} of {counted(all_of, 'link')}", advice, "failed"))
    return fitting, findings


def _filtered(name: str, pattern: str, links: Sequence[str], base: str) -> Finding:
    urls = [url for link in links if (url := absolute(base, link))]
    hits = sum(bool(re.search(pattern, url)) for url in urls)
    kept = hits if name == "link_include" else len(urls) - hits
    advice = f"Compare the pattern with an address of the list, such as {(urls or ['?'])[0]}"
    said = f"kept {kept} of {counted(len(urls), 'link')}"
    return judged(f"list.{name}", kept > 0, said, advice, "failed")


def present(step: str, have: int, of: int, advice: str, *, needed: bool = True) -> Finding:
    """How many of the entries have what a step looks for; less than half is a warning, none a failure.

    What is not `needed` never fails.
    """
    said = f"{have} of {of}"
    if have == 0:
        return Finding(step, "failed" if needed else "warning", said, advice)
    if 2 * have < of:
        return Finding(step, "warning", said, advice)
    return Finding(step, "ok", said)


def dated(
    step: str, written: Sequence[str], read: Sequence[bool], *, otherwise: bool, rules: str = "list"
) -> Finding:
    """How many of the dates that a step found could be read; `otherwise`: a date is known all the same."""
    missing = "Find the element that holds the date and write its selector anew."
    unread = next((text for text, fine in zip(written, read, strict=True) if text and not fine), None)
    if unread is not None:
        missing = f"“{quoted(unread)}” was not understood: set {rules}.date_format or {rules}.date_prefix."
    return present(step, sum(read), len(read), missing, needed=not otherwise)


def counted(number: int, word: str) -> str:
    """ "1 node", "20 nodes", "3 entries"."""
    if number == 1:
        return f"1 {word}"
    if word.endswith("s"):
        return f"{number} {word}es"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"


def quoted(text: str) -> str:
    """The beginning of a text."""
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"
