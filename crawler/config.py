"""The crawler's part of config.yaml: how to crawl, and each source as one declarative block."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from analysis.times import Duration, Timezone
from analysis.types import LANGUAGES, Language, Publisher, PublisherKind
from crawler.rules import (
    PLACEHOLDERS,
    STRICT,
    Adcode,
    ApiRules,
    ArticleRules,
    Expect,
    ListRules,
    Network,
    Paging,
    Regex,
    RequestRules,
    Url,
    named,
)

_REVISITED_FOR = timedelta(days=30)


class SourceConfig(BaseModel):
    """One source. `place` is the adcode it speaks for; `disabled` says why it is not read."""

    model_config = STRICT
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,47}$")]
    name: Annotated[str, Field(min_length=1)]
    name_en: str | None = None
    kind: Literal["feed", "listing", "api", "sitemap"]
    level: Literal["central", "provincial", "municipal", "district", "media", "research"]
    language: Language | None = None
    place: Adcode | None = None
    timezone: Timezone = "Asia/Shanghai"
    urls: Annotated[tuple[Url, ...], Field(min_length=1)]
    request: RequestRules = RequestRules()
    keywords: tuple[str, ...] = Field(
        default=(),
        description="what {keyword} stands for, one after the other; default: those of its language",
    )
    paging: Paging | None = None
    list: ListRules = ListRules()
    api: ApiRules | None = None
    article: ArticleRules = ArticleRules()
    code: Annotated[str, Field(pattern=r"^[a-z]\w*:[A-Z]\w*$")] | None = Field(
        default=None, description="module:Class in crawler/custom that reads its lists"
    )
    encoding: str | None = Field(default=None, description="overrides what the server and the page say")
    every: Duration | None = Field(
        default=None, description="fixed poll interval such as 30m; default: as its rhythm asks for"
    )
    delay: Annotated[float, Field(ge=0, le=600)] | None = Field(
        default=None, description="seconds between requests"
    )
    verify_tls: bool = Field(
        default=True,
        description="false: the hosts of its urls need no valid certificate (expired, self-signed)",
    )
    expect: Expect = Expect()
    disabled: str | None = None

    @property
    def publisher_kind(self) -> PublisherKind:
        """Government for every level of the state, else the level itself."""
        if self.level in ("media", "research"):
            return self.level
        return "government"

    @property
    def templates(self) -> tuple[object, ...]:
        """Where placeholders may stand."""
        request = self.request
        return (*self.urls, self.paging and self.paging.next, request.form, request.body, request.headers)

    @property
    def searches(self) -> bool:
        """Whether it is asked for keywords."""
        return any("keyword" in named(template) for template in self.templates)

    @model_validator(mode="after")
    def _consistent(self) -> SourceConfig:
        if self.kind == "api" and self.api is None and self.code is None:
            raise ValueError("kind api needs a block `api` that says where items, title and link stand")
        if self.kind != "api" and self.api is not None:
            raise ValueError("a block `api` goes with kind api only")
        boot = self.request.bootstrap
        known = {*PLACEHOLDERS, *(boot.select if boot else ()), *(boot.regex if boot else ())}
        for template in self.templates:
            for name in sorted(named(template) - known):
                raise ValueError(f"unknown placeholder {{{name}}}; known are {', '.join(sorted(known))}")
        return self

    def publisher(self) -> Publisher:
        """The source as the analysis and the reader see it."""
        return Publisher(self.id, self.name, self.publisher_kind, self.place, self.timezone)


class CrawlConfig(BaseModel):
    """How every source is crawled. Times in seconds, sizes in megabytes."""

    model_config = STRICT
    contact: str = Field(default="", description="address in the user agent, so that operators can reach you")
    every: Duration = Field(
        default=timedelta(minutes=30), description="poll interval of a source whose rhythm is not known yet"
    )
    floor: Duration = Field(default=timedelta(minutes=10), description="no source is polled more often")
    ceiling: Duration = Field(default=timedelta(hours=12), description="nor a working one less often")
    delay: Annotated[float, Field(ge=0, le=600)] = 2.0
    timeout: Annotated[float, Field(gt=0, le=300)] = 20.0
    max_size_mb: Annotated[float, Field(gt=0, le=100)] = 15.0
    obey_robots: bool = True
    entries_per_poll: Annotated[int, Field(ge=1, le=1000)] = 200
    revisit: tuple[Duration, ...] = Field(
        default=tuple(timedelta(hours=hours) for hours in (6, 24, 72, 168)),
        description="so long after its first reading an article of a story is looked at again; empty: never",
    )
    allow_networks: tuple[Network, ...] = Field(
        default=(), description="non-public networks that may be fetched from, such as 127.0.0.0/8 in tests"
    )

    @model_validator(mode="after")
    def _ordered(self) -> CrawlConfig:
        if self.floor > self.ceiling:
            raise ValueError("floor is longer than ceiling")
        if list(self.revisit) != sorted(set(self.revisit)):
            raise ValueError("revisit does not go from the shortest to the longest, each once")
        if self.revisit and self.revisit[-1] > _REVISITED_FOR:
            raise ValueError(f"revisit goes on for longer than {_REVISITED_FOR.days}d")
        return self


class LlmConfig(BaseModel):
    """A language model at an OpenAI-compatible address, which writes summaries in readers' languages.

    Its key is never in here: it comes from the environment.
    """

    model_config = STRICT
    url: Url = Field(description="up to the version, such as http://127.0.0.1:11434/v1")
    model: Annotated[str, Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = LANGUAGES
    timeout: Annotated[Duration, Field(le=timedelta(minutes=2))] = timedelta(seconds=20)
    tokens_per_day: Annotated[int, Field(ge=1)] = Field(
        default=200_000, description="questions and answers of a day (UTC), over all crawls"
    )
    announcements_per_crawl: Annotated[int, Field(ge=1, le=1000)] = 20


class AnalysisConfig(BaseModel):
    """What the analysis may use beyond its own rules: nothing, unless it is named here."""

    model_config = STRICT
    llm: LlmConfig | None = None


class CrawlerConfig(BaseModel):
    """Everything the crawler needs of config.yaml."""

    model_config = STRICT
    crawl: CrawlConfig = CrawlConfig()
    analysis: AnalysisConfig = AnalysisConfig()
    link_patterns: dict[str, Regex] = {}
    keywords: dict[Language, tuple[str, ...]] = {}
    sources: tuple[SourceConfig, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> CrawlerConfig:
        seen: set[str] = set()
        for source in self.sources:
            if source.id in seen:
                raise ValueError(f"two sources have the id {source.id!r}")
            seen.add(source.id)
            name = source.list.link_pattern
            if name is not None and name not in self.link_patterns:
                raise ValueError(f"source {source.id!r}: list.link_pattern {name!r} is not in link_patterns")
            if source.searches and not self.words(source):
                raise ValueError(
                    f"source {source.id!r}: {{keyword}} but no keywords, here or for its language"
                )
        return self

    def words(self, source: SourceConfig) -> tuple[str, ...]:
        """What {keyword} stands for in a source: its own keywords, else those of its language."""
        return source.keywords or self.keywords.get(source.language or "zh", ())
