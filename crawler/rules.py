"""The words a source's block is written in: selectors, paths, patterns, templates, each checked."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Any, Literal

import soupsieve
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, model_validator

from analysis.times import Duration
from crawler.spiders.selectors import choices

STRICT = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)
PLACEHOLDERS = ("keyword", "page", "offset", "start", "end", "date_from", "date_to", "epoch_ms")
_HTTP_URL = TypeAdapter(HttpUrl)
_NAMED = re.compile(r"\{([^{}]*)\}")
_PATH_STEP = re.compile(r"[^\[\]{}|.\s][^\[\]{}|.]*(?:\[(?:\*|-?\d+)\])*|\$(?:\[(?:\*|-?\d+)\])*")


def _url(text: str) -> str:
    found = _HTTP_URL.validate_python(text)
    if found.username is not None or found.password is not None:
        raise ValueError("no user name or password may stand in an address: it would be shown in many places")
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


def _path(text: str) -> str:
    for part in text.split("|"):
        for step in part.strip().split("."):
            if not _PATH_STEP.fullmatch(step):
                raise ValueError(f"not a path such as data.list[*].title: {part.strip()!r}")
    return text


def _field(text: str) -> str:
    if "{" not in text:
        return _path(text)
    for name in _NAMED.findall(text):
        _path(name)
    return text


def _network(text: str) -> str:
    ip_network(text)
    return text


def named(template: Any) -> set[str]:
    """The placeholders in a template, or in all the strings of a form or JSON body."""
    if isinstance(template, str):
        return {name for name in _NAMED.findall(template) if re.fullmatch(r"\w+", name)}
    if isinstance(template, dict):
        return set().union(*map(named, template.values()))
    return set().union(*map(named, template)) if isinstance(template, list | tuple) else set()


Url = Annotated[str, AfterValidator(_url)]
Regex = Annotated[str, AfterValidator(_regex)]
Network = Annotated[str, AfterValidator(_network)]
Adcode = Annotated[str, Field(pattern=r"^\d{6}$")]
# CSS; a@title is the attribute of what a selects, alternatives stand between |, self is the node itself.
Selector = Annotated[str, Field(min_length=1), AfterValidator(_selector)]
# Names in JSON: data.list[*].title; "|" separates fallbacks, "$" is the whole.
JsonPath = Annotated[str, Field(min_length=1), AfterValidator(_path)]
# A path, or words around paths in braces: https://x.example/{id}.html
JsonField = Annotated[str, Field(min_length=1), AfterValidator(_field)]


class Step(BaseModel):
    """One step that unwraps an answer: exactly one of its keys. `jsonp` and `cdata` may be written bare."""

    model_config = STRICT
    take: Literal["jsonp", "cdata"] | None = Field(
        default=None, description="what a JSONP callback is called with; the CDATA records, if there are any"
    )
    path: JsonPath | None = Field(default=None, alias="json", description="what stands there in the JSON")
    regex: Regex | None = Field(
        default=None, description="each match: its first group, or a record where groups have names"
    )
    after: Regex | None = Field(default=None, description="the JSON value that begins behind the first match")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"take": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> Step:
        if sum(part is not None for part in (self.take, self.path, self.regex, self.after)) != 1:
            raise ValueError("expected one of jsonp, cdata, json: path, regex: pattern, after: pattern")
        return self


Chain = tuple[Step, ...]


class ListRules(BaseModel):
    """Where the entries of a listing page stand; `link_…` and `only_words` hold for every kind of source."""

    model_config = STRICT
    unwrap: Chain = Field(default=(), description="steps from the answer to its HTML")
    item: Selector = "a[href]"
    link: Selector = "a|self"
    title: Selector = "a@title|a|self@title|self"
    title_remove: Selector | None = Field(default=None, description="elements that are no part of the title")
    date: Selector | None = None
    date_format: str | None = Field(
        default=None, description="strptime formats, epoch_s, epoch_ms separated by |; None: recognised"
    )
    date_prefix: str | None = Field(
        default=None, description="words before the date, alternatives separated by |"
    )
    remove: Selector | None = Field(default=None, description="nodes dropped before anything is read")
    follow: Regex | None = Field(
        default=None, description="words of links to lists of a year: the latest one is read too"
    )
    link_pattern: str | None = Field(
        default=None, description="a name in link_patterns; date from its groups Y m d"
    )
    link_include: Regex | None = None
    link_exclude: Regex | None = None
    link_param: str | None = Field(
        default=None, description="the parameter of a link's address that holds the real address"
    )
    require_date: bool = False
    only_words: tuple[str, ...] = Field(
        default=(), description="an entry is read only if its title or summary has one of these"
    )


class ApiRules(BaseModel):
    """Where the entries of a JSON answer stand."""

    model_config = STRICT
    unwrap: Chain = Field(default=(), description="steps from the answer to its JSON")
    items: JsonPath = "$"
    title: JsonField
    link: JsonField
    base: Url | None = Field(default=None, description="what relative links start from")
    date: JsonField | None = None
    date_format: str | None = None
    date_prefix: str | None = None
    summary: JsonField | None = None
    text: JsonField | None = Field(default=None, description="the whole article, where the list has it")
    detail: JsonField | None = Field(
        default=None, description="address the article is fetched from, where the link is for readers only"
    )


class ArticleRules(BaseModel):
    """Where title, text, date and attachments stand on an article page; empty: the common places."""

    model_config = STRICT
    unwrap: Chain = Field(default=(), description="steps to the HTML of the body in JSON, on or in the page")
    title: Selector | None = None
    body: Selector | None = None
    date: Selector | None = None
    date_format: str | None = None
    date_prefix: str | None = None
    attachments: Selector | None = None
    remove: Selector | None = None
    in_list: bool = Field(
        default=False, description="the list or feed holds the whole text: fetch no article page"
    )


class Paging(BaseModel):
    """Further pages of a list; they are read until one holds nothing new, `pages` of them at most.

    Without `next` the urls hold {page}, {offset} or {start} and {end} themselves; with it, they are the first
    page, and `next`, relative to it, the following ones, numbered from `first`.
    """

    model_config = STRICT
    pages: Annotated[int, Field(ge=1, le=50)] = 3
    first: Annotated[int, Field(ge=0, le=10)] = 1
    size: Annotated[int, Field(ge=1, le=1000)] = 20
    next: str | None = None


class Bootstrap(BaseModel):
    """A page fetched before the list: its cookies are kept, what it says becomes {placeholders}."""

    model_config = STRICT
    url: Url
    select: dict[str, Selector] = {}
    regex: dict[str, Regex] = Field(default={}, description="placeholder: pattern; its first group is taken")


class RequestRules(BaseModel):
    """How a list is asked for. POST where there is a form or JSON to send."""

    model_config = STRICT
    method: Literal["GET", "POST"] | None = None
    form: dict[str, str] | None = None
    body: Any = Field(default=None, alias="json")
    headers: dict[str, str] = {}
    date_format: str = Field(default="%Y-%m-%d", description="of {date_from} and {date_to}, or epoch_s")
    days: Annotated[int, Field(ge=1, le=3660)] = Field(default=30, description="{date_from} is so long ago")
    bootstrap: Bootstrap | None = None

    @model_validator(mode="after")
    def _one_body(self) -> RequestRules:
        if self.form is not None and self.body is not None:
            raise ValueError("a form and JSON cannot both be sent")
        if self.method == "GET" and (self.form is not None or self.body is not None):
            raise ValueError("a form or JSON cannot be sent with GET")
        return self


class Expect(BaseModel):
    """What a source holds when all is well; less is reported, never taken for "no news"."""

    model_config = STRICT
    entries: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="at least so many on its lists"
    )
    silent: Duration | None = Field(
        default=None, description="nothing new for longer is late; default: twice its longest silence"
    )
    fields: tuple[Literal["title", "date", "summary", "text"], ...] = Field(
        default=(), description="what at least half of its entries have"
    )
