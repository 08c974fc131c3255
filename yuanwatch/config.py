"""config.yaml to Config: each room's own model put together, and errors that a person can act on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.gazetteer import gazetteer
from analysis.times import Duration
from bot.config import TelegramConfig
from crawler.config import CrawlConfig, CrawlerConfig, SourceConfig
from storage.config import DatabaseConfig, DeliveryRules
from yuanwatch.logs import redact

DEFAULT_PATH = "config.yaml"
TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of a variable, not a secret


class ConfigError(Exception):
    """A configuration that cannot be used: says which file, which key, what was found and expected."""


class ScheduleConfig(BaseModel):
    """How often `yuanwatch run` looks: for sources that are due, and at what should be tidied."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    crawl: Duration = timedelta(minutes=5)
    housekeeping: Duration = timedelta(hours=6)


class Config(BaseModel):
    """The whole of config.yaml. Secrets are never in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    database: DatabaseConfig = DatabaseConfig()
    crawl: CrawlConfig = CrawlConfig()
    delivery: DeliveryRules = DeliveryRules()
    telegram: TelegramConfig = TelegramConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    link_patterns: dict[str, str] = {}
    sources: tuple[SourceConfig, ...] = Field((), description="what is read")

    def crawler(self) -> CrawlerConfig:
        """The crawler's share of it, cross-checked."""
        return CrawlerConfig(crawl=self.crawl, link_patterns=self.link_patterns, sources=self.sources)


def load(path: Path) -> Config:
    """Read and check a configuration file.

    Raises ConfigError for a missing or unreadable file, broken YAML, unknown keys and wrong values.
    A relative database path is taken from the directory of the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"{path}: cannot be read ({reason}). Name another file with --config.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    return parse(text, str(path), base=path.parent)


def parse(text: str, name: str, *, base: Path = Path()) -> Config:
    """Check the text of a configuration file; `name` is what errors call it. Raises ConfigError."""
    try:
        values = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{name}{where}: not valid YAML: {getattr(error, 'problem', error)}") from None
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise ConfigError(f"{name}: expected keys and values at the top, found {type(values).__name__}")
    try:
        config = Config.model_validate(values)
        config.crawler()
    except ValidationError as error:
        raise ConfigError(_explain(error, name, values)) from None
    _check_places(config, name)
    return config.model_copy(update={"database": _anchored(config.database, base)})


def telegram_token(environment: Mapping[str, str] = os.environ) -> str | None:
    """The bot's token, from the environment only; None when it is not set."""
    return environment.get(TOKEN_VARIABLE, "").strip() or None


class _UniqueKeys(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C one is 7x faster
    """A key given twice is a mistake, not the last one's victory."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a word, not a list or a block", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


# Where pydantic speaks of Python, we speak of YAML.
_HINTS = {
    "string_type": 'expected text: a number in quotes, such as "110000"',
    "too_short": "expected at least one",
    "model_type": "expected a block of keys and values",
    "tuple_type": "expected a list",
    "missing": "is missing; it is required",
}


def _explain(error: ValidationError, name: str, values: dict[str, Any]) -> str:
    lines = []
    for item in error.errors(include_url=False):
        path = _path(item["loc"], values)
        if item["type"] == "extra_forbidden":
            lines.append(f"{name}: {path}: unknown key. Check its spelling; keys are listed in the comments.")
            continue
        message = item["msg"].removeprefix("Value error, ")
        found = "" if item["type"] in ("missing", "value_error") and not path else _found(item)
        lines.append(f"{name}: {path + ': ' if path else ''}{found}{_HINTS.get(item['type'], message)}")
    return redact("\n".join(dict.fromkeys(lines)))


def _found(item: Any) -> str:
    if item["type"] == "missing":
        return ""
    return f"found {item['input']!r:.80}; "


def _path(location: tuple[int | str, ...], values: Any) -> str:
    """The key as a person would say it: sources[beijing-notices].list.item."""
    path = ""
    for step in location:
        if isinstance(step, int):
            values = values[step] if isinstance(values, list) and step < len(values) else None
            label = values.get("id", step) if isinstance(values, dict) else step
            path += f"[{label}]"
        else:
            values = values.get(step) if isinstance(values, dict) else None
            path += f".{step}" if path else str(step)
    return path


def _check_places(config: Config, name: str) -> None:
    """A wrong code would silently file a city's news under nowhere."""
    places = gazetteer()
    for source in config.sources:
        if source.place is not None and places.place(source.place) is None:
            raise ConfigError(
                f"{name}: sources[{source.id}].place: found {source.place!r}; "
                "expected the six-digit code of a Chinese place, such as 110000 for Beijing"
            )


def _anchored(database: DatabaseConfig, base: Path) -> DatabaseConfig:
    prefix = "sqlite:///"
    path = database.url.removeprefix(prefix)
    if path == ":memory:" or Path(path).is_absolute():
        return database
    return DatabaseConfig(url=f"{prefix}{(base / path).absolute()}")
