"""The bot's words: every text in every language, and what they look like at first sight."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from analysis.query import Problem
from analysis.types import KINDS, LANGUAGES, STAGES, TOPICS, Language
from bot import lists, maps
from bot.answers import help_text, start
from bot.callbacks import Colouring
from bot.commands import commands
from bot.markup import units
from bot.texts import chat_language, texts
from storage.coverage import Left
from storage.types import SourceStatus
from tests.telling import assert_telegram_takes, reader

LOCALES = Path(__file__).resolve().parents[1] / "bot" / "locales"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: Language) -> None:
    def keys(code: str) -> dict[object, set[str]]:
        with (LOCALES / f"{code}.po").open("rb") as file:
            found = read_po(file, locale=code)
        forms = {
            each.id if isinstance(each.id, str) else each.id[0]: each.string for each in found if each.id
        }
        assert all(all(text) if isinstance(text, tuple) else text for text in forms.values())
        return {
            key: set(re.findall(r"\{\w+\}", " ".join(text) if isinstance(text, tuple) else str(text)))
            for key, text in forms.items()
        }

    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_exists(language: Language) -> None:
    words = texts(language)
    source = "\n".join(path.read_text() for path in LOCALES.parent.glob("*.py"))
    asked = set(re.findall(r'words(?:\.plural)?\(\s*"([\w.-]+)"', source))
    asked |= set(re.findall(r'texts\([^()]*(?:\([^()]*\))?[^()]*\)(?:\.plural)?\("([\w.-]+)"', source))
    assert len(asked) > 40
    asked |= {f"topic.{each}" for each in TOPICS} | {f"hashtag.{each}" for each in TOPICS}
    asked |= {f"kind.{each}" for each in KINDS} | {f"stage.{each}" for each in STAGES}
    asked |= {f"level.{each}" for each in lists.LEVELS} | {f"command.{each.name}" for each in commands()}
    asked |= {f"status.{each}" for each in ("disabled", *get_args(SourceStatus))}
    asked |= {f"coverage.{each}" for each in get_args(Left)}
    asked |= {f"note.{each}" for each in get_args(Problem)}
    asked |= {
        f"{key}_{by}" for key in ("map.title", "map.legend", "button.map") for by in get_args(Colouring)
    }
    asked |= {f"map.stage_{each}" for each in maps.LEGEND}
    assert [key for key in sorted(asked) if not words.knows(key)] == []
    for command in commands():
        assert 1 <= len(words(f"command.{command.name}")) <= 256


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_words_fit_a_phone(language: Language) -> None:
    for message in (start(reader(language)), help_text(reader(language))):
        assert_telegram_takes(message)
        assert units(message.plain) < 1200


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", "zh"),
        ("zh-TW", "zh"),
        ("yue", "zh"),
        ("de", "de"),
        ("de-AT", "de"),
        ("fr", "en"),
        (None, "en"),
    ],
)
def test_the_language_of_a_chat_comes_from_telegram(code: str | None, language: Language) -> None:
    assert chat_language(code) == language
