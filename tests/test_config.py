"""config.yaml: what stands in the repository is right, and a mistake is named so that it can be mended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import LlmConfig
from yuanwatch.config import ConfigError, llm_key, load, parse, telegram_token

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "{id: city, name: City, kind: listing, level: municipal, urls: [https://city.example.org/list/]"


def test_the_repository_configuration_covers_all_levels_and_languages() -> None:
    sources = load(ROOT / "config.yaml").sources
    assert len(sources) >= 155 and sum(source.disabled is None for source in sources) >= 149
    assert {source.level for source in sources} == {
        "central",
        "provincial",
        "municipal",
        "district",
        "media",
        "research",
    }
    assert {source.language for source in sources} - {None} == {"zh", "en", "de"}
    assert {source.kind for source in sources} == {"feed", "listing", "api"}
    officials = [source for source in sources if source.publisher_kind == "government"]
    assert all(source.place for source in officials if source.level != "central")


def test_a_language_model_is_off_until_it_is_named() -> None:
    assert load(ROOT / "config.yaml").crawler().analysis.llm is None
    named = parse("analysis: {llm: {url: http://127.0.0.1:11434/v1, model: m}}", "c").crawler().analysis.llm
    assert named is not None and named.languages == ("zh", "en", "de")
    assert llm_key({"YUANWATCH_LLM_KEY": " k "}) == "k" and llm_key({}) is None


def test_the_comment_on_the_language_model_is_a_configuration() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    block = text[text.index("# analysis:") : text.index("\ndelivery:")]
    llm = parse("\n".join(line[2:] for line in block.splitlines()), "c").analysis.llm
    assert llm is not None and llm == LlmConfig(url=llm.url, model=llm.model)


def test_an_empty_file_is_a_configuration_without_sources() -> None:
    config = parse("", "config.yaml")
    assert config.sources == ()
    assert config.crawl.every == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("crawl: {delay: fast}", ["crawl.delay", "found 'fast'", "number"]),
        ("crawl: {dealy: 1}", ["crawl.dealy", "unknown key"]),
        ("crawl: {every: soon}", ["crawl.every", "'soon' is not a duration such as"]),
        ("crawl: {revisit: [1d, 6h]}", ["crawl", "from the shortest to the longest"]),
        ("crawl: {revisit: [6h, 31d]}", ["crawl", "longer than 30d"]),
        ("analysis: {llm: {url: ftp://x, model: m}}", ["analysis.llm.url", "ftp://x"]),
        (
            "analysis: {llm: {url: http://127.0.0.1/v1, model: m, key: secret}}",
            ["analysis.llm.key", "unknown"],
        ),
        ("analysis: {llm: {url: http://127.0.0.1/v1}}", ["analysis.llm.model", "missing"]),
        ("analysis: {llm: {url: http://x.example/v1, model: m, languages: [fr]}}", ["languages[0]", "fr"]),
        ("telegram: {timezone: Mars/Base}", ["telegram.timezone", "Mars/Base", "IANA"]),
        ("telegram: {api_url: ftp://x}", ["telegram.api_url", "ftp://x"]),
        ("database: {url: mysql://x}", ["database.url", "mysql://x", "sqlite"]),
        ("crawl: {allow_networks: [home]}", ["crawl.allow_networks[0]", "home"]),
        (f"sources: [{SOURCE}, kid: 1}}]", ["sources[city].kid", "unknown key"]),
        (f"sources: [{SOURCE}, list: {{item: li, titel: a}}}}]", ["sources[city].list.titel"]),
        (
            f"sources: [{SOURCE}, list: {{link_pattern: tdate}}}}]",
            ["'city'", "'tdate' is not in link_patterns"],
        ),
        (f"sources: [{SOURCE}, list: {{link_include: '('}}}}]", ["list.link_include", "regular expression"]),
        (f"sources: [{SOURCE}, list: {{title: 'a[@title'}}}}]", ["list.title", "not a CSS selector"]),
        (
            f"sources: [{SOURCE}, article: {{body: 'a@title|text'}}}}]",
            ["article.body", "'text' is no element"],
        ),
        (f"sources: [{SOURCE}}}, {SOURCE}}}]", ["two sources", "'city'"]),
        (f"sources: [{SOURCE}, place: '999999'}}]", ["sources[city].place", "999999", "110000 for Beijing"]),
        (f"sources: [{SOURCE}, place: 110000}}]", ["sources[city].place", "found 110000", "in quotes"]),
        (f"sources: [{SOURCE}, code: 'none:Reader'}}]", ["sources[city].code", "crawler/custom/none.py"]),
        (f"sources: [{SOURCE}, code: 'foresight:Gone'}}]", ["sources[city].code", "no Gone"]),
        (f"sources: [{SOURCE}, list: {{unwrap: [gzip]}}}}]", ["sources[city].list.unwrap[0].take", "jsonp"]),
        (f"sources: [{SOURCE}, kind: api}}]", ["the key 'kind' stands twice"]),
        (
            f"sources: [{SOURCE}, paging: {{next: 'i{{n}}.html'}}}}]",
            ["sources[city]", "unknown placeholder {n}"],
        ),
        ("sources: {id: city}", ["sources", "expected a list of blocks"]),
        ("database: {keep: {texts: 1001y}}", ["database.keep.texts", "'1001y' is not a duration", "1y"]),
        ("database: {keep: {text: 1y}}", ["database.keep.text", "unknown key"]),
        ("database: {keep: {archive: ''}}", ["database.keep.archive"]),
        ("schedule: {backup: {keep: 0}}", ["schedule.backup.keep", "found 0"]),
        ("include: [none/*.yaml]", ["include", "none/*.yaml", "expected files below"]),
        ("include: [/etc/passwd]", ["include", "/etc/passwd"]),
        ("sources: [{id: city}]", ["sources[city].name", "required"]),
        ("link_patterns: {x: '['}", ["link_patterns.x", "regular expression"]),
        ("crawl: {delay: 1}\ncrawl: {delay: 2}", ["line 2", "the key 'crawl' stands twice"]),
        ("crawl: [", ["not valid YAML"]),
        ("? [1, 2]\n: 3", ["line 1", "a key must be a word"]),
        ("database: {url: 'sqlite:///:memory:'}", ["database.url", "sqlite:///FILE"]),
        ("database: {url: 'sqlite:///x.db?mode=ro'}", ["database.url", "sqlite:///FILE"]),
        (f"sources: [{SOURCE}, urls: [5]}}]", ["stands twice"]),
        ("sources: [{id: city, name: '', urls: [5]}]", ["sources[city].name", "sources[city].urls[0]"]),
        ("- a\n- b", ["keys and values", "found list"]),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_was_expected(text: str, wanted: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "my.yaml")
    message = str(caught.value)
    assert message.startswith("my.yaml")
    for words in wanted:
        assert words in message


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("crawl: {delay: x, timeout: y}", "my.yaml")
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read .*--config"):
        load(tmp_path / "none.yaml")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("crawl: {contact: 北京}".encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(path)


def test_a_relative_database_lies_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("database: {url: 'sqlite:///a/b.db'}", encoding="utf-8")
    assert load(path).database.url == f"sqlite:///{tmp_path}/a/b.db"


def test_archive_and_backups_lie_beside_the_configuration_too(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "database: {url: 'sqlite:////a/b.db', keep: {texts: 1y, irrelevant: null}}\nschedule: {backup: {}}",
        encoding="utf-8",
    )
    config = load(path)
    assert config.database.url == "sqlite:////a/b.db"
    assert (config.database.keep.texts, config.database.keep.irrelevant) == (timedelta(days=365), None)
    assert config.database.keep.archive == f"{tmp_path}/archive"
    assert config.schedule.backup and config.schedule.backup.directory == f"{tmp_path}/backups"
    assert parse("", "config.yaml").schedule.backup is None


def test_the_token_comes_from_the_environment_only() -> None:
    assert telegram_token({"TELEGRAM_BOT_TOKEN": " 1:a "}) == "1:a"
    assert telegram_token({"TELEGRAM_BOT_TOKEN": "  "}) is None
    assert telegram_token({}) is None
    with pytest.raises(ConfigError, match="unknown key"):
        parse("telegram: {token: '1:a'}", "my.yaml")


def written(folder: Path, **files: str) -> Path:
    """A configuration that includes parts of it from a folder beside it."""
    (folder / "sources").mkdir()
    for name, text in files.items():
        (folder / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = folder / "config.yaml"
    path.write_text(f"include: [sources/*.yaml]\nsources: [{SOURCE}}}]", encoding="utf-8")
    return path


def test_sources_of_included_files_follow_in_the_order_of_their_names(tmp_path: Path) -> None:
    blocks = {name: f"sources: [{SOURCE.replace('id: city', f'id: {name}')}}}]" for name in ("two", "one")}
    config = load(written(tmp_path, **blocks, zero=""))
    assert [source.id for source in config.sources] == ["city", "one", "two"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"sources: [{SOURCE}, kid: 1}}]", ["sources[city].kid", "unknown key"]),
        (f"sources: [{SOURCE}}}]", ["sources[city].id: two sources have the id 'city'", "config.yaml"]),
        (f"sources: [{SOURCE.replace('id: city', 'id: town')}, place: '999999'}}]", ["sources[town].place"]),
        ("crawl: {delay: 1}", ["crawl: unknown key", "sources and nothing else"]),
        ("- a", ["keys and values", "found list"]),
        ("sources: [", ["not valid YAML"]),
    ],
)
def test_a_mistake_in_an_included_file_is_told_with_that_file(
    tmp_path: Path, text: str, wanted: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, fine="sources: []", wrong=text))
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "sources" / "wrong.yaml"))
    for words in wanted:
        assert words in message


def test_what_several_blocks_have_in_common_may_be_written_once() -> None:
    other = SOURCE.replace("id: city", "id: town")
    text = f"sources: [{SOURCE}, request: &r {{form: &f {{a: x, b: y}}}}}}, {other}, request: {{<<: *r , form: {{<<: *f , b: z}}}}}}]"
    assert [source.request.form for source in parse(text, "c").sources] == [
        {"a": "x", "b": "y"},
        {"a": "x", "b": "z"},
    ]
