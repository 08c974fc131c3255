"""Replicas of sites in their real markup, with our own words, and what reading them must give.

tests/shapes/ holds them: lists by shape, each naming the source blocks it proves, and article pages by the
content system that makes them. Filled in are three articles of a city or a paper.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

from crawler.config import SourceConfig
from yuanwatch.config import Config, load

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2024, 3, 10, 4, tzinfo=UTC)
_TOKEN = re.compile(r"\[\[(\w+)\]\]")
_WORDS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "zh": (
        (
            "关于开展数字人民币试点工作有关事项的通知",
            (
                "为推进数字人民币试点，市政府决定在全市商业街区、公共交通和医疗机构开展应用，首批接入商户三千余家。",
                "各区、各部门要做好设备改造和人员培训，保证老年人和外来游客也能方便使用，试点工作为期六个月。",
                "市金融局会同有关银行定期公布进展，市民可通过政务服务热线咨询并提出意见。",
            ),
        ),
        (
            "区块链技术应用示范项目申报指南发布",
            (
                "市工业和信息化局发布区块链应用示范项目申报指南，支持电子证照、供应链金融和司法存证等方向。",
                "每个项目最高资助二百万元，申报单位应在本市登记注册，并具备相应的研发与运营能力。",
                "申报材料于四月底前提交，评审结果将在门户网站公示七个工作日。",
            ),
        ),
        (
            "市领导调研金融科技产业园并召开企业座谈会",
            (
                "市领导到金融科技产业园调研，了解数字人民币智能合约预付资金管理平台的建设情况。",
                "座谈会上，八家企业负责人介绍了跨境支付、绿色金融和数据要素流通等方面的进展。",
                "会议要求完善政策配套，持续优化营商环境，推动更多成果在本地转化应用。",
            ),
        ),
    ),
    "en": (
        (
            "City extends digital yuan trial to buses and hospitals",
            (
                "The city will extend its digital yuan trial to public buses, hospitals and more than three thousand shops, officials said.",
                "The trial runs for six months, and banks will help older residents and visitors to open wallets at service points.",
                "Progress will be published every month, according to the financial affairs office of the city.",
            ),
        ),
        (
            "Guide for blockchain demonstration projects is published",
            (
                "The industry bureau published a guide for blockchain demonstration projects in supply chain finance and electronic licences.",
                "Each project may receive up to two million yuan if the applicant is registered in the city and has its own developers.",
                "Applications close at the end of April, and the results will be shown on the portal for seven working days.",
            ),
        ),
        (
            "Banks report on smart contracts for prepaid cards in China",
            (
                "Several banks in China reported on smart contracts that hold prepaid money in digital yuan until a service is delivered.",
                "Consumers get back what they have not used, even where a company closes, the banks told a conference on Thursday.",
                "The method is to be offered to gyms, schools and hair salons in a dozen cities by the end of the year.",
            ),
        ),
    ),
    "de": (
        (
            "Stadt weitet Versuch mit digitalem Yuan auf Busse aus",
            (
                "Die Stadt weitet ihren Versuch mit dem digitalen Yuan auf Busse, Kliniken und mehr als dreitausend Geschäfte aus.",
                "Der Versuch dauert sechs Monate, und Banken helfen älteren Menschen und Gästen beim Eröffnen einer Geldbörse.",
                "Über den Fortschritt wird jeden Monat berichtet, wie das Finanzamt der Stadt mitteilte.",
            ),
        ),
        (
            "Leitfaden für Blockchain-Projekte in China veröffentlicht",
            (
                "Das Industrieamt hat einen Leitfaden für Blockchain-Projekte in Lieferketten und Behörden veröffentlicht.",
                "Je Projekt gibt es bis zu zwei Millionen Yuan, wenn der Antragsteller in der Stadt gemeldet ist.",
                "Anträge sind bis Ende April möglich, die Ergebnisse stehen danach sieben Werktage im Portal.",
            ),
        ),
        (
            "Banken in China berichten über Verträge für Guthabenkarten",
            (
                "Mehrere Banken in China berichteten über Verträge, die Guthaben in digitalem Yuan bis zur Leistung festhalten.",
                "Wer sein Guthaben nicht verbraucht, bekommt es zurück, auch wenn ein Anbieter schließt, hieß es am Donnerstag.",
                "Das Verfahren soll bis Jahresende in einem Dutzend Städten auch Schulen und Sportstudios angeboten werden.",
            ),
        ),
    ),
}
_TIMES = ("2024-03-07T09:30", "2024-03-06T14:05", "2024-03-05T16:45")  # where the source is


@dataclass(frozen=True, slots=True)
class Told:
    """One article of a replica: what a reader must get out of the list and of its page."""

    title: str
    paragraphs: tuple[str, ...]
    url: str
    detail: str | None
    listed: datetime | None
    published: datetime | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Replica:
    """A list in the markup of its shape, for one source, and its articles."""

    shape: str
    source: SourceConfig
    body: bytes
    content_type: str
    bootstrap: str | None
    headline_only: bool
    articles: tuple[Told, ...]


@cache
def config() -> Config:
    """The repository's configuration."""
    return load(ROOT / "config.yaml")


@cache
def shapes() -> tuple[dict[str, Any], ...]:
    """The replicas as they are written."""
    names = ("listings", "wrapped", "apis", "feeds", "examples")
    return tuple(shape for name in names for shape in _yaml(name))


@cache
def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / "tests" / "shapes" / f"{name}.yaml").read_text(encoding="utf-8"))


def proofs(shape: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The ids of the sources a shape proves, each with the kind of its article pages."""
    proves = shape["proves"]
    kinds = proves.items() if isinstance(proves, dict) else [(None, proves)]
    for kind, ids in kinds:
        for source_id in ids:
            yield source_id, kind


def block(source_id: str, shape: Mapping[str, Any]) -> SourceConfig:
    """The source of the configuration, or the example that stands with the shape."""
    if "block" in shape:
        return SourceConfig.model_validate(
            {"id": source_id, "name": "样例", "level": "municipal", "language": "zh"} | shape["block"]
        )
    return next(source for source in config().sources if source.id == source_id)


def replica(shape: Mapping[str, Any], source: SourceConfig, kind: str | None, base: str) -> Replica:
    """A shape filled in for a source whose list stands at `base`."""
    values = [_values(source, number) for number in range(3)]
    for value in values:
        value["link"] = filled(shape["link"], value)
    rows = [_row(shape, value) for value in values]
    whole = "".join(rows) if "row" in shape and not shape["row"].startswith("{") else ", ".join(rows)
    if "html" in shape:
        whole = json.dumps(shape["html"].replace("[[rows]]", whole), ensure_ascii=False)
        page = shape["page"].replace("[[html]]", whole)
    else:
        page = shape["page"].replace("[[rows]]", whole)
    told = tuple(_told(shape, source, kind, base, value, n) for n, value in enumerate(values))
    encoding = shape.get("encoding", "utf-8")
    return Replica(
        shape["shape"],
        source,
        page.encode(encoding),
        shape.get("type", "application/json" if page.lstrip()[:1] in "[{" else "text/html"),
        shape.get("bootstrap"),
        bool(shape.get("headline_only")),
        told,
    )


def _row(shape: Mapping[str, Any], value: dict[str, str]) -> str:
    if "piece" in shape:
        return json.dumps(filled(shape["piece"], value), ensure_ascii=False)
    return filled(shape["row"], value)


def _told(
    shape: Mapping[str, Any],
    source: SourceConfig,
    kind: str | None,
    base: str,
    value: dict[str, str],
    number: int,
) -> Told:
    zone = ZoneInfo(source.timezone)
    exact = datetime.fromisoformat(_TIMES[number]).replace(tzinfo=zone)
    clocks = {"minute": exact, "day": exact.replace(hour=0, minute=0), "none": None, "nothing": None}
    style = _yaml("articles")[kind] if kind else None
    listed = clocks[shape["day"]]
    printed = clocks[style["date"]] if style else None
    known = printed or listed
    link = html.unescape(filled(shape.get("url", shape["link"]), value))
    detail = filled(shape["detail"], value) if "detail" in shape else None
    title, paragraphs = _WORDS[source.language or "en"][number]
    return Told(
        title,
        paragraphs,
        urljoin(base, link),
        detail,
        listed.astimezone(UTC) if listed else None,
        known.astimezone(UTC) if known else None,
        filled(style["page"], value) if style else None,
    )


def _values(source: SourceConfig, number: int) -> dict[str, str]:
    title, paragraphs = _WORDS[source.language or "en"][number]
    moment = datetime.fromisoformat(_TIMES[number]).replace(tzinfo=ZoneInfo(source.timezone))
    digest = sha256(f"{source.id}{number}".encode()).hexdigest()
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    marked = title.replace(title[2:5], f"<em>{title[2:5]}</em>", 1)
    fonted = title.replace(title[2:5], f'<font color="red">{title[2:5]}</font>', 1)
    parts = {name: moment.strftime(f"%{name}") for name in "YmdHMS"}
    texts = {"title": title, "body": body, "marked": marked, "fonted": fonted}
    return (
        parts
        | texts
        | {f"{name}_json": json.dumps(text, ensure_ascii=False) for name, text in texts.items()}
        | {
            "cut": f"{title[:12]}…",
            "m1": str(moment.month),
            "d1": str(moment.day),
            "n": str(int(digest[:8], 16) % 900000 + 100000),
            "hex": digest[:32],
            "hex24": digest[:24],
            "uuid": str(UUID(digest[:32])),
            "epoch": str(int(moment.timestamp())),
            "epoch_ms": str(int(moment.timestamp()) * 1000),
            "iso": moment.isoformat(),
            "rfc": format_datetime(moment),
            "utc": moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        }
    )


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with its [[names]] filled in."""
    return _TOKEN.sub(lambda match: values[match[1]], template)
