"""Makes texts of our own that read like announcements, and altered copies of them, for the benchmarks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from analysis.types import Language

LABELLED = Path(__file__).resolve().parents[1] / "tests" / "labelled"
_SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?]+|\n|$)")
_LATIN_SENTENCE = re.compile(r".+?(?:[.!?](?=\s+[A-ZÄÖÜ„“\"])|\n|$)", re.DOTALL)
# What an editor may put in the place of a sentence: it names no place, no figure and no day.
_PARTS: dict[Language, tuple[tuple[str, ...], ...]] = {
    "zh": (
        ("有关负责人", "业内人士", "多位受访者", "参与机构", "相关部门", "分析人士", "部分商户", "不少居民"),
        ("表示", "指出", "认为", "介绍说", "强调", "坦言", "回应称"),
        ("，下一步将", "，今后会", "，近期将", "，后续还会"),
        (
            "完善配套服务",
            "总结经验做法",
            "加强宣传引导",
            "优化使用流程",
            "听取各方意见",
            "补充操作说明",
            "改进受理环境",
        ),
        ("，让更多人受益。", "，力求稳妥推进。", "，并及时公布进展。", "，以便复制推广。"),
    ),
    "en": (
        ("Officials", "Several observers", "Participants", "Local residents", "The organisers", "Analysts"),
        (" said", " added", " pointed out", " argued", " noted", " explained"),
        (" that the next steps", " that further work", " that the follow-up", " that later phases"),
        (
            " would improve services",
            " would collect experience",
            " would make the process simpler",
            " would go on",
        ),
        (
            " and be reported in due time.",
            " without haste.",
            " so that others can follow.",
            " for everyone involved.",
        ),
    ),
    "de": (
        (
            "Die Beteiligten",
            "Beobachter",
            "Fachleute",
            "Die Veranstalter",
            "Viele Anwohner",
            "Zuständige Stellen",
        ),
        (" erklärten", " betonten", " räumten ein", " ergänzten", " wiesen darauf hin"),
        (", dass die nächsten Schritte", ", dass weitere Arbeiten", ", dass spätere Phasen"),
        (
            " den Ablauf vereinfachen",
            " Erfahrungen sammeln",
            " das Angebot verbessern",
            " behutsam vorangehen",
        ),
        (" und bekannt gemacht werden.", " sollen.", " und anderen als Vorbild dienen können.", " müssten."),
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled text of the tests: paragraphs of one announcement."""

    id: str
    language: Language
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.sentences)


@cache
def samples(least: int = 7) -> tuple[Sample, ...]:
    """The labelled texts that have at least so many sentences."""
    return tuple(one for one in _read() if len(one.sentences) >= least)


def altered(sample: Sample, share: float, rng: Random) -> str:
    """Its text with that share of the sentences (rounded, at least one) replaced by others."""
    sentences = list(sample.sentences)
    count = max(1, round(len(sentences) * share))
    for index in rng.sample(range(len(sentences)), count):
        sentences[index] = filler(sample.language, rng)
    return "".join(sentences)


def filler(language: Language, rng: Random) -> str:
    """A sentence that says nothing of its own."""
    sentence = "".join(rng.choice(part) for part in _PARTS[language])
    return sentence if language == "zh" else f"{sentence} "


def _read() -> Iterator[Sample]:
    for path in sorted(LABELLED.glob("*.jsonl")):
        if path.stem not in ("first", "second"):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["near_dup_of"] is None:
                cut = _SENTENCE if row["lang"] == "zh" else _LATIN_SENTENCE
                sentences = tuple(found[0] for found in cut.finditer(row["text"]) if found[0].strip())
                yield Sample(f"{path.stem}-{row['id']}", row["lang"], row["title"], sentences)
