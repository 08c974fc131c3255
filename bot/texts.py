"""A language -> the bot's own words in it, from bot/locales/<language>.po (adding a language is one file)."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from analysis.types import Language

_LOCALES = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue of one language. Values filled in are plain words: escaping is the business of markup."""

    language: Language
    catalogue: gettext.GNUTranslations

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its {names} filled in."""
        return self.catalogue.gettext(key).format(**values)

    def plural(self, key: str, number: int, **values: object) -> str:
        """The text of a key in the form that the number asks for; {n} is the number unless given."""
        return self.catalogue.ngettext(key, key, number).format(**{"n": number, **values})

    def knows(self, key: str) -> bool:
        """Whether the catalogue has the key, in singular or plural."""
        return self.catalogue.gettext(key) != key or self.catalogue.ngettext(key, "", 1) not in (key, "")


@cache
def texts(language: Language) -> Texts:
    """The texts of a language, compiled in memory on first use."""
    with (_LOCALES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(language, gettext.GNUTranslations(compiled))


def chat_language(code: str | None, fallback: Language = "en") -> Language:
    """The language for a chat from Telegram's language_code ("zh-hans", "de-AT"); others get the fallback."""
    primary = (code or "").lower().replace("_", "-").partition("-")[0]
    spoken: dict[str, Language] = {"zh": "zh", "yue": "zh", "de": "de", "en": "en"}
    return spoken.get(primary, fallback)
