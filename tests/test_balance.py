"""/stats: what was gained and missed, in sentences."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from analysis.types import LANGUAGES
from bot.balance import balance
from storage.ledger import Ledger
from tests.scene import assert_speaks, fill
from tests.telling import assert_telegram_takes, reader
from tests.town import SOURCES, town

LEDGER = Ledger(3456, 1234, 300, 2, 60, 40, 700, 434, timedelta(hours=5), timedelta(days=2), ())


async def test_the_balance_is_asked_for(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        eva, ann = place.api.user(2, "Eva", "de"), place.api.user(1, "Ann", "en")
        assert "There are no stories yet." in (await place.ask(ann, "/stats")).text
        fill(place)
        german = await place.ask(eva, "/stats")
        assert german.text == (
            "🧾 Was ich gehört habe\n\n8 Meldungen, zusammengefasst aus 8 Texten.\n\n"
            "0 Wiederholungen, die niemand doppelt bekam (davon fast wortgleich: 0).\n\n"
            "2 Quellen werden gelesen; derzeit ohne Störung: 1.\n\n"
            "Nur von amtlicher Seite: 5; nur aus der Presse: 3."
        )
        assert_speaks(german, "de")
        assert (await place.ask(ann, "/stats since May")).text.startswith(
            "🧾 What I have heard (since May 2025)"
        )


def test_who_told_first_is_said_in_every_language() -> None:
    english = balance(LEDGER, SOURCES, "", reader("en")).plain
    assert "1,234 stories, put together from 3,456 texts." in english
    assert "2,222 repeats that nobody got twice (300 with nearly the same words)." in english
    assert "100 stories were told by official sources and by the press; officials first: 60%." in english
    assert "Then the press follows after 5 hours (median)." in english
    german = balance(LEDGER, SOURCES, "seit Mai 2025", reader("de")).plain
    assert german.startswith(
        "🧾 Was ich gehört habe (seit Mai 2025)\n\n1.234 Meldungen, zusammengefasst aus 3.456 Texten."
    )
    assert "Bis zur Presse vergehen dann im Median: 5 Stunden." in german
    assert "amtlich zuerst: 60\u00a0%." in german
    chinese = balance(LEDGER, SOURCES, "", reader("zh")).plain
    assert "官方先发布的占 60%。" in chinese
    assert "媒体先报道时，官方发布的时间中位数：2天。" in chinese
    for language in LANGUAGES:
        assert_telegram_takes(balance(LEDGER, SOURCES, "", reader(language)))
