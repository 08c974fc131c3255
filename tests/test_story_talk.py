"""A pushed message and what can be done with it, as people do it, in three languages: text and buttons."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from analysis.types import Announcement, Fact
from storage.mutes import mutes
from tests.announcements import announcement, count, on, yuan
from tests.pushing import deliver, follow, publish, shown
from tests.town import NOW, Town, labels, town
from yuanwatch.demo.botapi import Group, Message, User

FACTS = (yuan(10_000_000), count(50_000), on("2025-10-21/2025-10-27"))
DATED = NOW - timedelta(hours=3, minutes=30)


def city(**changes: object) -> Announcement:
    """The city's own notice of a lottery."""
    values: dict[str, object] = {
        "url": "https://sz.example.org/n1",
        "title": "深圳发放1000万元数字人民币红包",
        "publisher": "government",
        "name": "深圳市政府",
        "facts": FACTS,
        "summary": "深圳市将发放1000万元红包。",
        "dated": DATED,
        "stage": "announced",
    }
    return announcement(**(values | changes))  # type: ignore[arg-type]


def wire(**changes: object) -> Announcement:
    """What a German paper makes of it."""
    values: dict[str, object] = {
        "url": "https://zeitung.example.com/2",
        "title": "Shenzhen verlost 10 Millionen digitale Yuan",
        "name": "Zeitung",
        "facts": FACTS,
        "language": "de",
        "dated": DATED + timedelta(hours=1),
        "summary": "Die Stadt verlost zehn Millionen Yuan.",
    }
    return announcement(**(values | changes))  # type: ignore[arg-type]


async def pushed(place: Town, chat: User | Group, *items: Announcement) -> Message:
    """File and deliver; the message that comes."""
    before = len(chat.messages)
    for item in items:
        publish(place, item)
    await deliver(place)
    assert len(chat.messages) == before + 1
    return chat.messages[-1]


async def test_sources_unfold_in_place_and_fold_again(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, started=True)
        follow(place, ann, "en")
        message = await pushed(place, ann, city(), wire())
        plain = message.text
        assert plain.replace("\xa0", " ").split("\n") == [
            "🏛 Shenzhen · digital yuan · red packets · ¥10 million · 50,000 red packets · 21–27 Oct 2025",
            "深圳发放1000万元数字人民币红包",
            "",
            "深圳市将发放1000万元红包。",
            "",
            "🏛 official · 2 sources: 深圳市政府, Zeitung",
            "🕐 20 Oct 2025 12:30 CST",
            "#Shenzhen #digital_yuan",
        ]
        assert labels(message) == ["🗞 2 sources", "🗓 Timeline", "🔗 Similar", "🔕 Mute", "❓ Why", "⚑"]
        await place.press(ann, message, "🗞 2 sources")
        open_ = await shown(ann, message, "Zeitung · 20 Oct")
        assert open_.text.split("\n")[4:] == [
            "",
            "🗞 2 sources",
            "🏛 深圳发放1000万元数字人民币红包",
            "深圳市政府 · 20 Oct 2025 12:30 CST · in Chinese",
            "• Shenzhen verlost 10 Millionen digitale Yuan",
            "Zeitung · 20 Oct 2025 13:30 CST · in German",
            "🕐 20 Oct 2025 12:30 CST",
            "#Shenzhen #digital_yuan",
        ]
        assert [each.url for each in open_.entities if each.url] == [
            "https://sz.example.org/n1",
            "https://sz.example.org/n1",
            "https://zeitung.example.com/2",
        ]
        assert labels(open_) == ["↩️ Story"]
        await place.press(ann, open_, "↩️ Story")
        assert (await shown(ann, message, "2 sources: 深圳市政府")).text == plain


async def test_many_sources_have_pages_in_german(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, "Anna", "de", started=True)
        follow(place, ann, "de")
        more = [
            wire(
                url=f"https://p{number}.example.com/", name=f"Blatt {number}", title=f"Shenzhen Nr. {number}"
            )
            for number in range(1, 10)
        ]
        message = await pushed(place, ann, city(), *more)
        assert labels(message) == ["🗞 10 Quellen", "🗓 Verlauf", "🔗 Ähnliche", "🔕 Stumm", "❓ Warum", "⚑"]
        await place.press(ann, message, "🗞 10 Quellen")
        first = await shown(ann, message, "10 Quellen (1/2)")
        assert "Blatt 7 · 20. Okt. 2025 13:30 CST · auf Deutsch" in first.text
        assert "Blatt 8" not in first.text
        assert labels(first) == ["Weiter →", "↩️ Zur Meldung"]
        await place.press(ann, first, "Weiter →")
        second = await shown(ann, message, "10 Quellen (2/2)")
        assert "Blatt 8" in second.text
        assert "Blatt 7" not in second.text
        assert labels(second) == ["← Zurück", "↩️ Zur Meldung"]


async def test_growth_folds_an_unfolded_message_back_and_the_buttons_go_on(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, started=True)
        follow(place, ann, "en")
        message = await pushed(place, ann, city())
        await place.press(ann, message, "🗞 1 source")
        open_ = await shown(ann, message, "🗞 1 source\n")
        publish(place, wire())
        await deliver(place)
        grown = await shown(ann, message, "2 sources: 深圳市政府, Zeitung")
        assert labels(grown)[0] == "🗞 2 sources"
        ann.forge(grown, next(each.data for each in open_.buttons))  # pressed before the edit was seen
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery", 2)
        await place.press(ann, grown, "🗞 2 sources")
        assert "in German" in (await shown(ann, message, "Zeitung · 20 Oct")).text
        assert len(ann.messages) == 1


async def test_the_timeline_of_a_place_in_chinese(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        li = place.api.user(1, "李", "zh-hans", started=True)
        follow(place, li, "zh")
        place.file(1, "深圳发布区块链规划", "440300", "blockchain")
        place.file(2, "深圳钱包", "440300", "digital-yuan")
        place.file(3, "苏州钱包", "320500", "digital-yuan")
        message = await pushed(place, li, city())
        assert labels(message) == ["🗞 1 个来源", "🗓 时间线", "🔗 类似", "🔕 静音", "❓ 原因", "⚑"]
        await place.press(li, message, "🗓 时间线")
        view = await shown(li, message, "近期")
        assert view.text.replace("\xa0", " ").split("\n") == [
            "🏛 深圳 · 数字人民币 · 红包与消费券 · 1000万元 · 5万个红包 · 2025年10月21日至27日",
            "深圳发放1000万元数字人民币红包",
            "",
            "🪜 本消息的进展",
            "2025年10月20日 · 已宣布 · 深圳市政府",
            "",
            "🗓 近期：深圳",
            "2025年4月23日 · 深圳 · 数字人民币 · 规划",
            "2025年7月22日 · 深圳 · 区块链 · 规划",
            "▸ 2025年10月20日 · 深圳 · 数字人民币 · 红包与消费券 · 1000万元 · 5万个红包 · 2025年10月21日至27日 🏛",
        ]
        assert labels(view) == ["📰 更多：深圳", "↩️ 返回消息"]
        await place.press(li, view, "📰 更多：深圳")
        await place.until(li, "最新：深圳", message)


async def test_similar_stories_are_listed_and_opened(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, started=True)
        follow(place, ann, "en")
        place.file(2, "深圳钱包", "440300", "digital-yuan")
        place.file(3, "苏州区块链", "320500", "blockchain")
        message = await pushed(place, ann, city())
        await place.press(ann, message, "🔗 Similar")
        view = await shown(ann, message, "More like this")
        assert view.text.split("\n")[2:] == [
            "",
            "🔗 More like this",
            "",
            "1. 深圳钱包",
            "Shenzhen · digital yuan · plan · 23 Apr 2025",
        ]
        assert labels(view) == ["1", "↩️ Story"]
        await place.press(ann, view, "1")
        opened = await place.until(ann, "深圳钱包", message)
        assert labels(opened)[0] == "🗞 1 source"
        await place.press(ann, opened, "❓ Why")
        why = await shown(ann, opened, "you looked it up")
        assert why.text.endswith("These subscriptions ask for it, too:\n• Shenzhen · digital yuan")


async def test_muting_and_its_undoing_in_german(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, "Anna", "de", started=True)
        follow(place, ann, "de")
        message = await pushed(place, ann, city(), wire())
        await place.press(ann, message, "🔕 Stumm")
        view = await shown(ann, message, "nichts mehr hören")
        assert labels(view) == [
            "🔕 Stummschalten: diese Meldung",
            "🔕 Stummschalten: Shenzhen",
            "🔕 Stummschalten: 深圳市政府",
            "🔕 Stummschalten: Zeitung",
            "↩️ Zur Meldung",
        ]
        assert await place.press(ann, view, "🔕 Stummschalten: Shenzhen") == "Stumm: Shenzhen"
        muted = await asyncio.to_thread(
            ann.wait_for, lambda now: "🔔 Wieder melden: Shenzhen" in [each.label for each in now.buttons]
        )
        assert _mutes(place, 1) == [("place", "440300")]
        again = next(each.data for each in view.buttons if each.label.endswith("Shenzhen"))
        ann.forge(muted, again)  # the same press once more, as a lost update makes it
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery", 3)
        assert _mutes(place, 1) == [("place", "440300")]
        assert await place.press(ann, muted, "🔔 Wieder melden: Shenzhen") == "Nicht mehr stumm: Shenzhen"
        assert _mutes(place, 1) == []
        assert await place.press(ann, muted, "🔕 Stummschalten: Zeitung") == "Stumm: Zeitung"
        assert _mutes(place, 1) == [("publisher", "Zeitung")]


def _mutes(place: Town, chat_id: int) -> list[tuple[str, str]]:
    with place.database.read() as connection:
        return [(each.kind, each.value) for each in mutes(connection, chat_id, NOW)]


async def test_why_names_the_subscription_and_ends_it(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann, li = place.api.user(1, started=True), place.api.user(2, "李", "zh-hans", started=True)
        follow(place, ann, "en")
        follow(place, ann, "en", None)
        follow(place, li, "zh")
        message = await pushed(place, ann, city())
        await place.press(ann, message, "❓ Why")
        view = await shown(ann, message, "because of your subscription")
        assert view.text.split("\n")[2:] == [
            "",
            "You get this because of your subscription:",
            "🔔 Shenzhen · digital yuan",
            "",
            "These subscriptions ask for it, too:",
            "• digital yuan",
        ]
        assert labels(view) == ["⚙️ Adjust", "✖️ End it", "↩️ Story"]
        assert await place.press(ann, view, "✖️ End it") == "Ended: Shenzhen · digital yuan"
        ended = await shown(ann, message, "has ended since")
        assert labels(ended) == ["⚙️ Adjust", "↩️ Story"]
        assert [each.topic for each in place.subscribed(1)] == ["digital-yuan"]
        await place.press(ann, ended, "⚙️ Adjust")
        await place.until(ann, "You have 1 subscription", message)
        theirs = li.messages[-1]
        await place.press(li, theirs, "❓ 原因")
        assert (await shown(li, theirs, "因为您订阅了")).text.endswith("🔔 深圳 · 数字人民币")


async def test_the_number_of_another_chats_message_gives_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann, eve = place.api.user(1, started=True), place.api.user(2, started=True)
        mine = follow(place, ann, "en")
        message = await pushed(place, ann, city())
        data = next(each.data for each in message.buttons if each.label == "❓ Why")
        hello = await place.ask(eve, "/help")
        eve.forge(hello, data)
        why = await shown(eve, hello, "you looked it up")
        assert why.text.endswith("I did not send you this unasked: you looked it up.")
        assert labels(why) == ["↩️ Story"]
        story, delivery = data.split(":")[1:3]
        query = eve.forge(hello, f"E:{story}:{delivery}:{mine}")
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery", 2)
        assert query.answer is not None and query.answer.text == "That subscription had already ended."
        assert len(place.subscribed(1)) == 1
        query = eve.forge(hello, "Ss:999:0:0")
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery", 3)
        assert query.answer is not None and query.answer.text == "This story is no longer here."


async def test_in_a_group_all_may_look_and_administrators_may_mute(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        boss, guest = place.api.user(1), place.api.user(2)
        group = place.api.group(-100, "Readers", members=[guest], admins=[boss])
        follow(place, group, "de")
        message = await pushed(place, group, city())
        assert await place.press(guest, message, "🗞 1 Quelle") == ""
        view = await shown(group, message, "auf Chinesisch")
        await place.press(guest, view, "↩️ Zur Meldung")
        assert await place.press(guest, await shown(group, message, "amtlich"), "❓ Warum") == ""
        why = await shown(group, message, "wegen Ihres Abos")
        assert (await place.press(guest, why, "✖️ Abo beenden")).startswith("Nur Administratoren")
        assert len(place.subscribed(-100)) == 1
        await place.press(guest, why, "↩️ Zur Meldung")
        await place.press(guest, await shown(group, message, "amtlich"), "🔕 Stumm")
        mute = await shown(group, message, "nichts mehr hören")
        assert (await place.press(guest, mute, mute.buttons[0].label)).startswith("Nur Administratoren")
        assert _mutes(place, -100) == []
        assert await place.press(boss, mute, mute.buttons[0].label) == "Stumm: diese Meldung"
        assert _mutes(place, -100) == [("story", "1")]


async def test_the_flag_takes_what_is_wrong_and_takes_it_back(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, started=True)
        follow(place, ann, "en")
        place.file(2, "深圳钱包", "440300", "digital-yuan")
        message = await pushed(place, ann, city(named=("110000",)))
        await place.press(ann, message, "⚑")
        view = await shown(ann, message, "What is wrong")
        assert labels(view) == ["Not relevant", "Wrong place", "Told before", "Wrong figure", "↩️ Story"]
        await place.press(ann, view, "Wrong place")
        which = await shown(ann, message, "Which place is wrong?")
        assert labels(which) == ["✖ Not about Shenzhen", "➕ It is about Beijing", "Another one", "← Back"]
        assert await place.press(ann, which, "➕ It is about Beijing") == "Thank you. I have noted it."
        done = await shown(ann, message, "Thank you: noted.")
        assert "✓ Wrong place" in labels(done)
        await place.press(ann, done, "Told before")
        which = await shown(ann, message, "Which story is it the same as?")
        assert labels(which) == ["Shenzhen · digital yuan · plan", "Another one", "← Back"]
        await place.press(ann, which, "Shenzhen · digital yuan · plan")
        done = await shown(ann, message, "Thank you: noted.")
        await place.press(ann, done, "Wrong figure")
        which = await shown(ann, message, "Which figure is wrong?")
        assert [each.replace("\xa0", " ") for each in labels(which)] == [
            *("10 million yuan", "50,000 red packets", "21–27 Oct 2025", "Another one", "← Back"),
        ]
        await place.press(ann, which, "10 million yuan")
        done = await shown(ann, message, "Thank you: noted.")
        assert await place.press(ann, done, "Not relevant") == "Thank you. I have noted it."
        done = await asyncio.to_thread(ann.wait_for, lambda now: "✓ Not relevant" in labels(now))
        assert await place.press(ann, done, "✓ Wrong figure") == "Taken back."
        done = await asyncio.to_thread(ann.wait_for, lambda now: "Wrong figure" in labels(now))
        assert labels(done)[:4] == ["✓ Not relevant", "✓ Wrong place", "✓ Told before", "Wrong figure"]


async def test_a_story_without_a_place_or_others_like_it(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, "Anna", "de", started=True)
        follow(place, ann, "de", None)
        message = await pushed(
            place, ann, replace(city(places=()), facts=(Fact("batch", 2, None, "第二批"),))
        )
        await place.press(ann, message, "🔗 Ähnliche")
        none = await shown(ann, message, "Ähnliche Meldungen kenne ich nicht.")
        await place.press(ann, none, "↩️ Zur Meldung")
        await place.press(ann, await shown(ann, message, "amtlich"), "🗓 Verlauf")
        assert "Zuletzt: digitaler Yuan" in (await shown(ann, message, "Zuletzt")).text
