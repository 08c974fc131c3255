"""How a chat wants to be written to -> the settings shown and changed, by buttons and by words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.hours import ChatSettings
from analysis.quiet import clock, read_quiet
from analysis.types import LANGUAGES, Language
from bot.answers import LANGUAGE_NAMES
from bot.choices import QUIET, Settings, SettingsField
from bot.cleaning import clean_line
from bot.markup import BLANK, Line, Part, line
from bot.prompts import Prompt, ask
from bot.reading_back import weekday
from bot.render import Rows, button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Button, Message, Reader
from bot.zones import COMMON_ZONES, resolve_zone, zone_name
from storage import subscriptions as kept
from storage.settings import change_settings, chat_settings

_OFF = frozenset(("off", "none", "no", "-", "aus", "keine", "nie", "关", "关闭", "无", "不要"))


def show(services: Services, reader: Reader, typed: str = "") -> Message:
    """The settings of a chat; changed first by a zone, a city or quiet hours that were typed."""
    words = clean_line(typed)
    if not words:
        return _page(services, reader)
    return _typed(services, reader, words, ("quiet", "zone"))


def change(services: Services, reader: Reader, action: Settings) -> Message:
    """Show a part of the settings, or change one."""
    if action.field == "ask":
        return ask(Prompt("quiet" if action.value == "quiet" else "zone"), reader)
    if action.field == "show":
        return _page(services, reader, action.value)
    language = next((each for each in LANGUAGES if action.field == "language" and each == action.value), None)
    _keep(services, reader, action, language)
    return _page(services, replace(reader, language=language or reader.language))


def answered(services: Services, reader: Reader, prompt: Prompt, typed: str) -> Message:
    """A reply to the question for a zone or for quiet hours."""
    field: SettingsField = "quiet" if prompt.about == "quiet" else "zone"
    return _typed(services, reader, clean_line(typed), (field,))


def _typed(services: Services, reader: Reader, typed: str, fields: tuple[SettingsField, ...]) -> Message:
    for field in fields:
        value = _value(field, typed)
        if value is not None:
            _keep(services, reader, Settings(field, value), None)
            return _page(services, reader)
    wrong = texts(reader.language)(f"settings.wrong.{fields[-1]}", typed=typed[:60])
    return message([line(wrong)])


def _value(field: SettingsField, typed: str) -> str | None:
    if field == "zone":
        return resolve_zone(typed)
    if typed.casefold() in _OFF:
        return "off"
    span = read_quiet(typed)
    return f"{span[0]}-{span[1]}" if span else None


def _keep(services: Services, reader: Reader, action: Settings, language: Language | None) -> None:
    now = services.clock()
    with services.database.write() as connection:
        kept.welcome(connection, reader.chat_id, kind=reader.kind, language=reader.language, now=now)
        if language is not None:
            kept.remember_chat(connection, reader.chat_id, kind=reader.kind, language=language, now=now)
        held = chat_settings(connection, reader.chat_id)
        change_settings(connection, reader.chat_id, changed(held, action), now)


def changed(settings: ChatSettings, action: Settings) -> ChatSettings:
    """The settings as a button or words want them to be."""
    value = action.value
    match action.field:
        case "zone":
            return replace(settings, zone=value)
        case "quiet":
            ends = (None, None) if value == "off" else tuple(int(end) for end in value.split("-"))
            return replace(settings, quiet_from=ends[0], quiet_to=ends[1])
        case "silent":
            return replace(settings, silent=value == "1")
        case "preview":
            return replace(settings, preview=value == "1")
        case "hour":
            return replace(settings, digest_at=int(value) * 60)
        case "weekday":
            return replace(settings, digest_day=int(value))
    return settings


def _page(services: Services, reader: Reader, view: str = "main") -> Message:
    with services.database.read() as connection:
        settings = chat_settings(connection, reader.chat_id)
    zone = settings.zone or services.config.timezone
    words = texts(reader.language)
    lines: list[Line] = [
        line(Part("⚙️ " + words("settings.title"), "b")),
        BLANK,
        *_told(settings, zone, reader, services.clock()),
    ]
    lines += [BLANK, line(Part(words(f"settings.hint.{view}"), "i"))]
    return message(lines, _buttons(settings, zone, reader, view))


def _told(settings: ChatSettings, zone: str, reader: Reader, now: datetime) -> list[Line]:
    words, language = texts(reader.language), reader.language
    local = now.astimezone(ZoneInfo(zone))
    told = [
        "🌐 " + words("settings.language", language=LANGUAGE_NAMES[language]),
        "🕐 " + words("settings.zone", zone=zone_name(zone, language), time=f"{local:%H:%M}"),
        "🌙 " + words("settings.quiet", hours=_quiet(settings, language)),
        ("🔕 " if settings.silent else "🔔 ") + words(f"settings.silent.{int(settings.silent)}"),
        "🔗 " + words(f"settings.preview.{int(settings.preview)}"),
        "📬 "
        + words(
            "settings.digest", time=clock(settings.digest_at), day=weekday(settings.digest_day, language)
        ),
    ]
    return [line(each) for each in told]


def _quiet(settings: ChatSettings, language: Language) -> str:
    if settings.quiet_from is None or settings.quiet_to is None:
        return texts(language)("settings.quiet.off")
    return f"{clock(settings.quiet_from)}–{clock(settings.quiet_to)}"


def _buttons(settings: ChatSettings, zone: str, reader: Reader, view: str) -> Rows:
    words, language = texts(reader.language), reader.language
    done = button(words("button.done"), Settings("show", "main"))
    match view:
        case "language":
            return rows(
                *(_choice(LANGUAGE_NAMES[code], "language", code, code == language) for code in LANGUAGES),
                done,
            )
        case "zone":
            zones = [_choice(zone_name(each, language), "zone", each, each == zone) for each in COMMON_ZONES]
            return rows(*_grid(zones, 2), button(words("button.type_zone"), Settings("ask", "zone")), done)
        case "quiet":
            spans = [_choice(_span(each, language), "quiet", each, each == _now(settings)) for each in QUIET]
            return rows(*_grid(spans, 2), button(words("button.type_quiet"), Settings("ask", "quiet")), done)
        case "hour":
            hours = [
                _choice(clock(hour * 60), "hour", str(hour), hour * 60 == settings.digest_at)
                for hour in range(24)
            ]
            return rows(*_grid(hours, 4), done)
        case "weekday":
            days = [
                _choice(weekday(day, language), "weekday", str(day), day == settings.digest_day)
                for day in range(7)
            ]
            return rows(*_grid(days, 2), done)
    return _main(settings, reader)


def _main(settings: ChatSettings, reader: Reader) -> Rows:
    words = texts(reader.language)
    silent, preview = int(not settings.silent), int(not settings.preview)
    return rows(
        button(words("button.settings.language"), Settings("show", "language"))
        + button(words("button.settings.zone"), Settings("show", "zone")),
        button(words("button.settings.quiet"), Settings("show", "quiet")),
        button(words(f"button.silent.{silent}"), Settings("silent", str(silent)))
        + button(words(f"button.preview.{preview}"), Settings("preview", str(preview))),
        button(words("button.settings.hour"), Settings("show", "hour"))
        + button(words("button.settings.weekday"), Settings("show", "weekday")),
    )


def _choice(label: str, field: SettingsField, value: str, on: bool) -> tuple[Button, ...]:
    return button(("🔘 " if on else "") + label, Settings(field, value))


def _span(value: str, language: Language) -> str:
    if value == "off":
        return texts(language)("settings.quiet.off")
    begins, ends = (clock(int(end)) for end in value.split("-"))
    return f"{begins}–{ends}"


def _now(settings: ChatSettings) -> str:
    return "off" if settings.quiet_from is None else f"{settings.quiet_from}-{settings.quiet_to}"


def _grid(buttons: list[tuple[Button, ...]], width: int) -> Rows:
    flat = tuple(each for some in buttons for each in some)
    return tuple(flat[at : at + width] for at in range(0, len(flat), width))
