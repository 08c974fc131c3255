"""Turns a reading into the topics it is about, and a person's words into a topic.

A text that names the digital yuan or blockchain in passing still has the topic; one that names it only
to say it is not meant ("says nothing about the digital yuan") has not. A smart contract alone, or
money sent over a bridge of central banks, makes no blockchain text.
"""

from __future__ import annotations

from functools import cache

from analysis.fold import fold
from analysis.reading import Reading, Unit
from analysis.terms import read_rows, split_aliases
from analysis.types import Topic

YUAN = ("digital-yuan", "mbridge")
# What surrounds "central bank digital currency" when China's is meant.
_CHINESE = ("china", "government")


def find_topics(reading: Reading) -> tuple[Topic, ...]:
    """The topics of an article, the weightier first; () if it names none."""
    weights: dict[Topic, float] = {
        "digital-yuan": sum(_weight(unit, reading) for unit in yuan_units(reading)),
        "blockchain": sum(_weight(unit, reading) for unit in chain_units(reading)),
    }
    named = [topic for topic, weight in weights.items() if weight > 0]
    return tuple(sorted(named, key=lambda topic: -weights[topic]))


def _weight(unit: Unit, reading: Reading) -> float:
    if unit is reading.title:
        return 4
    return 2 if unit in reading.lead else 1


def yuan_units(reading: Reading) -> tuple[Unit, ...]:
    """The title and sentences that speak of the digital yuan.

    "Central bank digital currency" counts where the text names the digital yuan elsewhere, or where a
    sentence or the title sets it in China; never beside the digital money of others.
    """
    units = (reading.title, *reading.units)
    if any(_says(unit, *YUAN) for unit in units):
        return tuple(unit for unit in units if _says(unit, *YUAN) or _means_it(unit, named=True))
    meant = [unit for unit in units if _means_it(unit, named=False)]
    # One such sentence in passing ("its central bank is preparing a digital currency") is no topic.
    return tuple(meant) if len(meant) >= 2 or reading.title in meant else ()


def _says(unit: Unit, *labels: str) -> bool:
    return unit.has(*labels) and not unit.has("unsaid")


def _means_it(unit: Unit, *, named: bool) -> bool:
    if not unit.has("cbdc") or unit.has("foreign-cbdc", "unsaid") or unit.foreign():
        return False
    return named or unit.has("china")


def chain_units(reading: Reading) -> tuple[Unit, ...]:
    """The title and sentences that speak of blockchain.

    "On chain" or "ledger" alone counts where blockchain is named, or the bridge that is built on one.
    """
    units = (reading.title, *reading.units)
    if not any(_says(unit, "blockchain", "mbridge") for unit in units):
        return ()
    return tuple(unit for unit in units if _says(unit, "blockchain", "on-chain"))


@cache
def _typed() -> dict[str, Topic]:
    table: dict[str, Topic] = {}
    for topic, words in read_rows("topic_words.tsv", 2):
        if topic not in ("digital-yuan", "blockchain"):
            raise ValueError(f"analysis/data/topic_words.tsv: {topic!r} is not a topic")
        for word in split_aliases(words):
            table[_squeezed(word)] = "blockchain" if topic == "blockchain" else "digital-yuan"
    return table


def _squeezed(words: str) -> str:
    return "".join(char for char in fold(words) if char.isalnum())


def resolve_topic(words: str) -> Topic | None:
    """The topic a person means by these words in Chinese, English or German; None if it is none."""
    return _typed().get(_squeezed(words))
