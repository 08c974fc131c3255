"""Labelled documents and what the program said of them -> figures: how far the two agree.

The labels' format has one JSON object a document: relevant, topics, kind, places, orgs, facts, story,
near_dup_of. What a label calls optional (`facts_optional`, `orgs_optional`), a place above a labelled one and
local governments as organisations are neither right nor wrong; `kind_ok` lists the kinds that would do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

Row = Mapping[str, Any]
Pair = tuple[Row, Row]
_LOCAL = re.compile(
    r"government|municipal|district|bureau|department|committee|commission of |tax service|office$"
)
_SHORT = {
    "people's bank of china": ("pboc", "pbc", "people’s bank of china"),
    "digital currency institute": (
        "dcri",
        "digital currency research institute",
        "pboc digital currency institute",
    ),
    "icbc": ("industrial and commercial bank of china",),
    "ccb": ("china construction bank",),
    "abc": ("agricultural bank of china",),
    "psbc": ("postal savings bank of china",),
    "bocom": ("bank of communications",),
    "cmb": ("china merchants bank",),
    "hkma": ("hong kong monetary authority",),
    "didi": ("didi chuxing",),
    "jd.com": ("jd",),
    "ant group": ("ant", "ant financial"),
    "alibaba": ("alibaba group",),
    "bis": ("bank for international settlements",),
    "cac": ("cyberspace administration of china",),
}
_NAMES = {alias: name for name, aliases in _SHORT.items() for alias in aliases}
# What stands about an article on its page and has no place in a summary.
BOILERPLATE = re.compile(
    r"责任?编辑|编辑[:：]|来源[:：]|分享到|扫一扫|打印本页|关闭窗口|相关阅读|上一篇|下一篇|点击查看|版权所有|浏览次数"
    r"|\[?字体|索引号|图[:：]|Teilen|Diesen Artikel|Lesen Sie auch|Foto:|Newsletter|Share this|Read more"
    r"|Subscribe|All rights reserved|Photo:|Follow us|Click here"
)
LIMIT = 320
"""Characters of a summary."""


@dataclass(slots=True)
class Figures:
    """Figures by name, 0 to 1 or a number of documents; `wrong` tells what was got wrong, by figure."""

    values: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def rate(self, name: str, pairs: Iterable[tuple[str, set[Hashable], set[Hashable]]]) -> None:
        """Micro precision, recall and F1 of (document, expected, said) sets."""
        both = extra = missing = 0
        for key, expected, said in pairs:
            both, extra = both + len(expected & said), extra + len(said - expected)
            missing += len(expected - said)
            if expected != said:
                lacks, has = sorted(map(str, expected - said)), sorted(map(str, said - expected))
                self.wrong[name].append(f"{key}: missing {lacks}, extra {has}")
        precision = both / (both + extra) if both + extra else 1.0
        recall = both / (both + missing) if both + missing else 1.0
        self.values[f"{name} precision"], self.values[f"{name} recall"] = precision, recall
        self.values[name] = mean(precision, recall)


def mean(precision: float, recall: float) -> float:
    """The harmonic mean: F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score(labels: Sequence[Row], said: Mapping[str, Row]) -> Figures:
    """All figures. A document that nothing was said of counts as got wrong."""
    figures = Figures()
    pairs: list[Pair] = [(label, said.get(label["id"], {})) for label in labels]
    figures.values["documents"] = len(pairs)
    figures.rate("relevance", _relevance(pairs))
    told = [(label, one) for label, one in pairs if label["relevant"] == "yes"]
    figures.rate("topics", _sets(told, lambda row: set(row.get("topics") or ())))
    figures.rate(
        "places", ((label["id"], _places(label), _below(_places(one), label)) for label, one in told)
    )
    figures.rate("organisations", (_optional(label, one, "orgs", _organisations) for label, one in told))
    figures.rate("facts", (_optional(label, one, "facts", _facts) for label, one in told))
    _share(figures, "primary", told, _primary_right)
    _share(figures, "kind", told, lambda label, one: one.get("kind") in label.get("kind_ok", [label["kind"]]))
    _stories(figures, told)
    figures.rate("near copies", [("all", _joined(label for label, _ in pairs), _joined(_named(pairs)))])
    _texts(figures, pairs)
    return figures


def _relevance(pairs: Iterable[Pair]) -> Iterable[tuple[str, set[Hashable], set[Hashable]]]:
    for label, one in pairs:
        if label["relevant"] != "borderline":
            yield (
                f"{label['id']} {label['title'][:40]}",
                {"yes"} if label["relevant"] == "yes" else set(),
                {"yes"} if one.get("relevant") == "yes" else set(),
            )


def _sets(
    pairs: Iterable[Pair], read: Callable[[Row], set[Hashable]]
) -> Iterable[tuple[str, set[Hashable], set[Hashable]]]:
    return ((label["id"], read(label), read(one)) for label, one in pairs)


def _optional(
    label: Row, one: Row, name: str, read: Callable[[Iterable[Any]], set[Hashable]]
) -> tuple[str, set[Hashable], set[Hashable]]:
    expected = read(label.get(name) or ())
    spare = read(label.get(f"{name}_optional") or ())
    return label["id"], expected, read(one.get(name) or ()) - (spare - expected)


def _places(row: Row, *, primary: bool = False) -> set[Hashable]:
    return {place["adcode"] for place in row.get("places") or () if place["primary"] or not primary}


def _below(codes: set[Hashable], label: Row, *, primary: bool = False) -> set[Hashable]:
    """Without the provinces and cities of labelled places."""
    expected = _places(label, primary=primary)
    above = {up for code in expected for up in (f"{str(code)[:2]}0000", f"{str(code)[:4]}00")}
    return codes - (above - expected)


def _primary_right(label: Row, one: Row) -> bool:
    return _places(label, primary=True) == _below(_places(one, primary=True), label, primary=True)


def _organisations(names: Iterable[str]) -> set[Hashable]:
    known = (_NAMES.get(name.strip().casefold(), name.strip().casefold()) for name in names)
    return {name for name in known if not _LOCAL.search(name)}


def _facts(facts: Iterable[Row]) -> set[Hashable]:
    return {
        (fact["type"], _value(fact["value"]), fact.get("unit") if fact["type"] == "amount" else None)
        for fact in facts
    }


def _value(value: object) -> object:
    try:
        return round(float(str(value)), 4)
    except ValueError:
        return str(value).casefold().translate(str.maketrans("[]［］", "〔〕〔〕"))


def _share(figures: Figures, name: str, pairs: Sequence[Pair], right: Callable[[Row, Row], bool]) -> None:
    wrong = [(label, one) for label, one in pairs if not right(label, one)]
    figures.values[name] = 1 - len(wrong) / len(pairs) if pairs else 1.0
    for label, one in wrong:
        labelled, guessed = (_shown(name, row) for row in (label, one))
        figures.wrong[name].append(f"{label['id']}: labelled {labelled}, said {guessed}")


def _shown(name: str, row: Row) -> object:
    return row.get("kind") if name == "kind" else sorted(map(str, _places(row, primary=True)))


def _stories(figures: Figures, pairs: Sequence[Pair]) -> None:
    """B-cubed: for each document, how much of its group is right."""
    expected, said = _groups(pairs, 0), _groups(pairs, 1)
    of = {key: (group, other) for group in expected for other in said for key in group & other}
    share = 1 / max(1, len(of))
    precision = sum(len(a & b) / len(b) for a, b in of.values()) * share
    recall = sum(len(a & b) / len(a) for a, b in of.values()) * share
    figures.values["stories precision"], figures.values["stories recall"] = precision, recall
    figures.values["stories"] = mean(precision, recall)
    merged = [group for group in said if not any(group <= whole for whole in expected)]
    figures.values["wrong merges"] = len(merged)
    figures.wrong["stories"] += [f"joined: {sorted(group)}" for group in merged]
    split = [group for group in expected if not any(group <= whole for whole in said)]
    figures.wrong["stories"] += [f"split: {sorted(group)}" for group in split]


def _groups(pairs: Sequence[Pair], side: int) -> list[set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        groups[str(pair[side].get("story") or f"alone {pair[0]['id']}")].add(pair[0]["id"])
    return list(groups.values())


def _named(pairs: Iterable[Pair]) -> Iterable[Row]:
    return ({"id": label["id"], "near_dup_of": one.get("near_dup_of")} for label, one in pairs)


def _joined(rows: Iterable[Row]) -> set[Hashable]:
    """Every pair of documents that are copies of one another, at first or second hand."""
    groups: list[set[str]] = []
    for row in rows:
        if row.get("near_dup_of"):
            pair = {row["id"], row["near_dup_of"]}
            touched = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair] + [pair.union(*touched)]
    return {frozenset(pair) for group in groups for pair in combinations(sorted(group), 2)}


def _texts(figures: Figures, pairs: Iterable[Pair]) -> None:
    """What holds for every document: quotes stand in it, summaries are short and free of page furniture."""
    quotes = furniture = long = 0
    for label, one in pairs:
        text, summary = f"{label['title']}\n{label['text']}", str(one.get("summary") or "")
        lost = [fact["quote"] for fact in one.get("facts") or () if fact["quote"] not in text]
        quotes += len(lost)
        figures.wrong["quotes"] += [f"{label['id']}: {quote}" for quote in lost]
        if found := BOILERPLATE.search(summary):
            furniture += 1
            figures.wrong["summaries"].append(f"{label['id']}: {found[0]} in {summary[:80]}")
        long += len(summary) > LIMIT
    figures.values |= {"quotes not in the text": quotes, "summaries with page furniture": furniture}
    figures.values["summaries too long"] = long
