"""What is decided about each of Telegram's answers, and about when the next message may go."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.config import TelegramConfig
from bot.delivery import rates
from bot.outcomes import Act, decide, describe
from bot.outcomes import Path as Way
from bot.pacing import Pace, Rates


@pytest.fixture(autouse=True)
def _seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the application asks of python-telegram-bot."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def caused(error: TelegramError, cause: str) -> TelegramError:
    """An error as python-telegram-bot raises it from one of the HTTP client."""
    error.__cause__ = type(cause, (Exception,), {})("https://api.example/bot123456:secret/sendMessage")
    return error


def outcomes() -> list[tuple[TelegramError, Act, Way]]:
    return [
        (RetryAfter(135), "later", "halt"),
        (ChatMigrated(-1001), "migrate", "open"),
        (Forbidden("Forbidden: bot was blocked by the user"), "off", "open"),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), "off", "open"),
        (BadRequest("Chat not found"), "gone", "open"),
        (BadRequest("Message thread not found"), "closed", "open"),
        (BadRequest("Topic_closed"), "closed", "open"),
        (BadRequest("Not enough rights to send text messages to the chat"), "off", "open"),
        (BadRequest("Message is not modified: specified new message content"), "sent", "open"),
        (BadRequest("Can't parse entities: unsupported start tag"), "dead", "open"),
        (BadRequest("Something new"), "dead", "open"),
        (InvalidToken("Unauthorized"), "later", "probe"),
        (Conflict("Conflict: terminated by other getUpdates request"), "later", "probe"),
        (caused(NetworkError("httpx.ConnectError: refused"), "ConnectError"), "later", "probe"),
        (caused(TimedOut(), "ConnectTimeout"), "later", "probe"),
        (TimedOut("Pool timeout: ... Request was *not* sent to Telegram."), "later", "probe"),
        (caused(TimedOut(), "ReadTimeout"), "unknown", "probe"),
        (caused(NetworkError("httpx.ReadError: "), "ReadError"), "unknown", "probe"),
        (caused(NetworkError("httpx.RemoteProtocolError: x"), "RemoteProtocolError"), "unknown", "probe"),
        (NetworkError("Bad Gateway (502)"), "unknown", "probe"),
        (TelegramError("Invalid server response"), "unknown", "probe"),
    ]


@pytest.mark.parametrize("number", range(21))
def test_each_outcome_has_its_decision(number: int) -> None:
    error, act, path = outcomes()[number]
    decision = decide(error)
    assert (decision.act, decision.path) == (act, path)


def test_all_outcomes_are_tried() -> None:
    assert len(outcomes()) == 21


def test_a_decision_carries_what_is_needed() -> None:
    assert decide(RetryAfter(1380)).seconds == 1380
    assert decide(RetryAfter(timedelta(minutes=2))).seconds == 120
    assert decide(ChatMigrated(-100777)).chat_id == -100777
    assert decide(BadRequest("Can't parse entities: x")).alarm
    assert not decide(BadRequest("Chat not found")).alarm
    assert decide(ValueError("a mistake of ours")).act == "unknown"


def test_a_description_holds_no_token() -> None:
    token = "123456789:" + "A" * 35
    assert token not in describe(NetworkError(f"https://api.example/bot{token}/getMe"))


def test_messages_are_spaced_evenly_over_all_chats() -> None:
    pace, now, sent = Pace(Rates()), 0.0, []
    for chat in range(100):
        now += pace.wait(now)
        sent.append(now)
        pace = pace.sending(chat, now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert min(gaps) == pytest.approx(1 / 25)
    assert sent[-1] == pytest.approx(99 / 25)


def test_a_late_message_gives_no_credit_for_a_burst() -> None:
    pace = Pace(Rates()).sending(1, 0.0)
    assert pace.wait(100.0) == 0
    assert pace.sending(2, 100.0).wait(100.0) == pytest.approx(1 / 25)


def test_a_chat_waits_a_second_and_a_group_three() -> None:
    pace = Pace(Rates()).sending(5, 0.0).sending(-5, 0.1)
    assert set(pace.busy(0.5)) == {5, -5}
    assert pace.chat_wait(0.5) == pytest.approx(0.5)
    assert pace.busy(1.05) == (-5,)
    assert pace.busy(3.2) == ()
    assert pace.chat_wait(3.2) == 0


def test_a_halt_is_kept_in_full_and_never_shortened() -> None:
    pace = Pace(Rates()).halted(1380, 10.0)
    assert pace.wait(10.0) == 1381
    assert pace.halted(1, 20.0).halted_until == 1391
    assert pace.halt_left(1391.0) == 0


def test_the_pace_forgets_chats_that_are_free() -> None:
    pace = Pace(Rates())
    for chat in range(1000):
        pace = pace.sending(chat, chat * 0.5)
    assert len(pace.chats) < 5


def test_rates_come_from_the_configuration() -> None:
    config = TelegramConfig(messages_per_second=10, group_messages_per_minute=6)
    assert rates(config) == Rates(overall=0.1, chat=1.0, group=10.0)
