"""Runs `check` and `add` from outside against sites on loopback, with a configuration of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.program import Ended, yuanwatch
from tests.sites import LOOPBACK, Reply

PATTERNS = {"tdate": r"/t(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})_\d+\.s?html?$"}
TEXT = (
    "为推进数字人民币试点，市政府决定在全市商业街区、公共交通和医疗机构开展应用，首批接入商户三千余家。",
    "各区、各部门要做好设备改造和人员培训，保证老年人和外来游客也能方便使用，试点工作为期六个月。",
)


@dataclass(frozen=True, slots=True)
class Desktop:
    """A directory with a configuration, in which commands are typed."""

    path: Path

    @property
    def file(self) -> Path:
        """The configuration."""
        return self.path / "config.yaml"

    def configure(
        self, *sources: Mapping[str, Any], patterns: Mapping[str, str] = PATTERNS, **crawl: Any
    ) -> None:
        """Write the configuration; it includes the files below `sources/`, if there are any."""
        gentle = {"delay": 0, "timeout": 5, "allow_networks": list(LOOPBACK)} | crawl
        values = {
            "database": {"url": "sqlite:///y.db"},
            "crawl": gentle,
            "link_patterns": dict(patterns),
            "sources": list(sources),
        }
        if (self.path / "sources").is_dir():
            values["include"] = ["sources/*.yaml"]
        self.file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def run(self, *arguments: str) -> Ended:
        """Type a command."""
        return yuanwatch(*arguments, config=self.file)

    def found(self, *arguments: str) -> tuple[Ended, dict[str, Any]]:
        """A check as programs read it, by the ids of sources."""
        ended = self.run("check", *arguments, "--json")
        return ended, {one["id"]: one for one in json.loads(ended.out)} if ended.out else {}


def article(title: str, head: str = "", container: str = "class='TRS_Editor'") -> Reply:
    """The page of an article."""
    text = "".join(f"<p>{one}</p>" for one in TEXT)
    return Reply(
        f"<html><head><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><div {container}>{text}</div></body></html>"
    )


def steps(record: Mapping[str, Any], verdict: str) -> dict[str, str]:
    """What the steps of a verdict found, by step."""
    return {one["step"]: one["found"] for one in record["findings"] if one["verdict"] == verdict}
