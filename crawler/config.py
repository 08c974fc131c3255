"""The crawler's part of config.yaml: how to crawl, and each source as one declarative block."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal

import soupsieve
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, model_validator

from analysis.times import Duration, Timezone
from analysis.types import Language, Publisher, PublisherKind
from crawler.spiders.selectors import choices

_STRICT = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
_HTTP_URL = TypeAdapter(HttpUrl)


def _url(text: str) -> str:
    _HTTP_URL.validate_python(text)
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


def _selector(text: str) -> str:
    for choice in choices(text):
        if choice.css == "text":
            raise ValueError("'text' is no element: write self, or the selector alone, to take its text")
        try:
            if choice.css:
                soupsieve.compile(choice.css)
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from None
    return text


def _network(text: str) -> str:
    ip_network(text)
    return text


Url = Annotated[str, AfterValidator(_url)]
Regex = Annotated[str, AfterValidator(_regex)]
Network = Annotated[str, AfterValidator(_network)]
Adcode = Annotated[str, Field(pattern=r"^\d{6}$")]
# CSS; a@title is the attribute of what a selects, alternatives stand between |, self is the node itself.
Selector = Annotated[str, Field(min_length=1), AfterValidator(_selector)]


class ListRules(BaseModel):
    """Where the entries of a listing page stand."""

    model_config = _STRICT
    item: Selector = "a[href]"
    link: Selector = "a|self"
    title: Selector = "a@title|a|self@title|self"
    date: Selector | None = None
    date_format: str | None = Field(
        default=None, description="strptime formats separated by |; None: recognised"
    )
    remove: Selector | None = Field(default=None, description="nodes dropped before anything is read")
    link_pattern: str | None = Field(
        default=None, description="a name in link_patterns; date from its groups Y m d"
    )
    link_include: Regex | None = None
    link_exclude: Regex | None = None
    require_date: bool = False


class ArticleRules(BaseModel):
    """Where title, text, date and attachments stand on an article page; empty: the common places."""

    model_config = _STRICT
    title: Selector | None = None
    body: Selector | None = None
    date: Selector | None = None
    date_format: str | None = None
    attachments: Selector | None = None
    remove: Selector | None = None
    in_list: bool = Field(
        default=False, description="the list or feed holds the whole text: fetch no article page"
    )


class SourceConfig(BaseModel):
    """One source. `place` is the adcode it speaks for; `disabled` says why it is not read."""

    model_config = _STRICT
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,47}$")]
    name: Annotated[str, Field(min_length=1)]
    name_en: str | None = None
    kind: Literal["feed", "listing"]
    level: Literal["central", "provincial", "municipal", "district", "media", "research"]
    language: Language | None = None
    place: Adcode | None = None
    timezone: Timezone = "Asia/Shanghai"
    urls: Annotated[tuple[Url, ...], Field(min_length=1)]
    list: ListRules = ListRules()
    article: ArticleRules = ArticleRules()
    encoding: str | None = Field(default=None, description="overrides what the server and the page say")
    every: Duration | None = Field(default=None, description="poll interval such as 30m; default crawl.every")
    delay: Annotated[float, Field(ge=0, le=600)] | None = Field(
        default=None, description="seconds between requests"
    )
    disabled: str | None = None

    @property
    def publisher_kind(self) -> PublisherKind:
        """Government for every level of the state, else the level itself."""
        if self.level in ("media", "research"):
            return self.level
        return "government"

    def publisher(self) -> Publisher:
        """The source as the analysis and the reader see it."""
        return Publisher(self.id, self.name, self.publisher_kind, self.place, self.timezone)


class CrawlConfig(BaseModel):
    """How every source is crawled. Times in seconds, sizes in megabytes."""

    model_config = _STRICT
    contact: str = Field(default="", description="address in the user agent, so that operators can reach you")
    every: Duration = Field(default=timedelta(minutes=30), description="default poll interval of a source")
    delay: Annotated[float, Field(ge=0, le=600)] = 2.0
    timeout: Annotated[float, Field(gt=0, le=300)] = 20.0
    max_size_mb: Annotated[float, Field(gt=0, le=100)] = 15.0
    obey_robots: bool = True
    entries_per_poll: Annotated[int, Field(ge=1, le=1000)] = 200
    allow_networks: tuple[Network, ...] = Field(
        default=(), description="non-public networks that may be fetched from, such as 127.0.0.0/8 in tests"
    )


class CrawlerConfig(BaseModel):
    """Everything the crawler needs: `crawl`, `link_patterns` and `sources` of config.yaml."""

    model_config = _STRICT
    crawl: CrawlConfig = CrawlConfig()
    link_patterns: dict[str, Regex] = {}
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
        return self
