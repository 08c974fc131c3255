"""config.yaml to Config: each room's own model put together, and errors that a person can act on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.gazetteer import gazetteer
from analysis.times import Duration
from analysis.types import Language
from bot.config import TelegramConfig
from crawler.config import AnalysisConfig, CrawlConfig, CrawlerConfig, SourceConfig
from crawler.custom import reader
from storage.config import DatabaseConfig, DeliveryRules
from yuanwatch.logs import redact

DEFAULT_PATH = "config.yaml"
KEY_VARIABLE = "YUANWATCH_LLM_KEY"
TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of a variable, not a secret
WEBHOOK_VARIABLE = "YUANWATCH_WEBHOOK_SECRET"


class ConfigError(Exception):
    """A configuration that cannot be used: says which file, which key, what was found and expected."""


class BackupSchedule(BaseModel):
    """`schedule.backup`: a backup each `every` into `directory`, of which the newest `keep` stay."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    every: Duration = timedelta(days=1)
    keep: int = Field(7, ge=1)
    directory: str = Field("backups", min_length=1)


class ScheduleConfig(BaseModel):
    """How often `yuanwatch run` looks: for sources that are due, at what should be tidied, for backups."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    crawl: Duration = timedelta(minutes=2)
    housekeeping: Duration = timedelta(hours=6)
    backup: BackupSchedule | None = None


class Config(BaseModel):
    """The whole of config.yaml. Secrets are never in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    database: DatabaseConfig = DatabaseConfig()
    crawl: CrawlConfig = CrawlConfig()
    analysis: AnalysisConfig = AnalysisConfig()
    delivery: DeliveryRules = DeliveryRules()
    telegram: TelegramConfig = TelegramConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    include: tuple[str, ...] = Field((), description="files beside this one that hold more sources")
    link_patterns: dict[str, str] = {}
    keywords: dict[Language, tuple[str, ...]] = {}
    sources: tuple[SourceConfig, ...] = Field((), description="what is read")

    def crawler(self) -> CrawlerConfig:
        """The crawler's share of it, cross-checked."""
        return CrawlerConfig(
            crawl=self.crawl,
            analysis=self.analysis,
            link_patterns=self.link_patterns,
            keywords=self.keywords,
            sources=self.sources,
        )


def load(path: Path) -> Config:
    """Read and check a configuration file, and the files of sources it includes.

    Raises ConfigError for a missing or unreadable file, broken YAML, unknown keys and wrong values.
    Relative paths (database, archive, backups, files to include) start at the directory of the file.
    """
    return parse(_read(path), str(path), base=path.parent)


def parse(text: str, name: str, *, base: Path = Path()) -> Config:
    """Check the text of a configuration file; `name` is what errors call it. Raises ConfigError."""
    values = _values(text, name)
    files = [name] * len(_listed(values))
    for part in _included(values, name, base):
        more = _values(_read(part), str(part))
        if more.keys() - {"sources"}:
            odd = ", ".join(sorted(map(str, more.keys() - {"sources"})))
            raise ConfigError(f"{part}: {odd}: unknown key. An included file holds sources and nothing else.")
        values["sources"] = [*_listed(values), *_listed(more)]
        files += [str(part)] * len(_listed(more))
    try:
        config = Config.model_validate(values)
        _check_sources(config, files)
        config.crawler()
    except ValidationError as error:
        raise ConfigError(_explain(error, name, values, files)) from None
    return config.model_copy(
        update={
            "database": _anchored(config.database, base),
            "schedule": config.schedule.model_copy(update={"backup": _kept(config.schedule.backup, base)}),
        }
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"{path}: cannot be read ({reason}). Name another file with --config.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None


def _values(text: str, name: str) -> dict[str, Any]:
    try:
        values = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{name}{where}: not valid YAML: {getattr(error, 'problem', error)}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(f"{name}: expected keys and values at the top, found {type(values).__name__}")
    if not isinstance(values.get("sources") or [], list):
        raise ConfigError(f"{name}: sources: found {values['sources']!r:.80}; expected a list of blocks")
    return values


def _listed(values: dict[str, Any]) -> list[Any]:
    return list(values.get("sources") or [])


def _included(values: dict[str, Any], name: str, base: Path) -> list[Path]:
    """The files that `include` means, each once, in its order; the files of a pattern by name."""
    patterns = values.get("include") or []
    found: dict[Path, None] = {}
    for pattern in patterns if isinstance(patterns, list) else []:
        try:
            files = sorted(base.glob(str(pattern)))
        except (NotImplementedError, ValueError):
            files = []
        if not files:
            raise ConfigError(f"{name}: include: found {pattern!r}; expected files below {base.absolute()}")
        found |= dict.fromkeys(files)
    return list(found)


def telegram_token(environment: Mapping[str, str] = os.environ) -> str | None:
    """The bot's token, from the environment only; None when it is not set."""
    return environment.get(TOKEN_VARIABLE, "").strip() or None


def llm_key(environment: Mapping[str, str] = os.environ) -> str | None:
    """The key of the language model's server, from the environment only; None when it is not set."""
    return environment.get(KEY_VARIABLE, "").strip() or None


def webhook_secret(environment: Mapping[str, str] = os.environ) -> str | None:
    """What Telegram shows when it calls, from the environment only; None when it is not set."""
    return environment.get(WEBHOOK_VARIABLE, "").strip() or None


def secrets(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """All that must not be shown."""
    read = (telegram_token, llm_key, webhook_secret)
    return tuple(filter(None, (each(environment) for each in read)))


class _UniqueKeys(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C one is 7x faster
    """A key given twice is a mistake, not the last one's victory."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
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


def _explain(error: ValidationError, main: str, values: dict[str, Any], files: Sequence[str]) -> str:
    lines = []
    for item in error.errors(include_url=False):
        path, name = _path(item["loc"], values), main
        match item["loc"]:
            case ("sources", int(number), *_) if number < len(files):
                name = files[number]
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


def _check_sources(config: Config, files: Sequence[str]) -> None:
    """What only all sources, the gazetteer and the code show: ids, places (a wrong code would silently file a
    city's news under nowhere) and readers."""
    places, seen = gazetteer(), dict[str, str]()
    for source, name in zip(config.sources, files, strict=True):
        where = f"{name}: sources[{source.id}]"
        if source.id in seen:
            other = "" if seen[source.id] == name else f", the other one in {seen[source.id]}"
            raise ConfigError(f"{where}.id: two sources have the id {source.id!r}{other}")
        seen[source.id] = name
        if source.place is not None and places.place(source.place) is None:
            raise ConfigError(
                f"{where}.place: found {source.place!r}; "
                "expected the six-digit code of a Chinese place, such as 110000 for Beijing"
            )
        if source.code is not None:
            try:
                reader(source.code)
            except LookupError as error:
                raise ConfigError(f"{where}.code: {error}") from None


def _anchored(database: DatabaseConfig, base: Path) -> DatabaseConfig:
    prefix = "sqlite:///"
    path = database.url.removeprefix(prefix)
    url = database.url if Path(path).is_absolute() else f"{prefix}{(base / path).absolute()}"
    keep = database.keep.model_copy(update={"archive": str((base / database.keep.archive).absolute())})
    return database.model_copy(update={"url": url, "keep": keep})


def _kept(backup: BackupSchedule | None, base: Path) -> BackupSchedule | None:
    if backup is None:
        return None
    return backup.model_copy(update={"directory": str((base / backup.directory).absolute())})
