"""The hours of a chat: until when it is quiet now, and when its next digest is due. Values in, values out.

Minutes of a day are 0 to 1439, of the local day by the clock on the wall. Clocks that are put forward skip
some minutes, and clocks that are put back show some twice: what begins or ends in a gap does so at its end;
quiet hours begin with the first of two equal times and end with the second; a digest comes with the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Every = Literal["now", "daily", "weekly"]
"""How often a subscription is delivered: each story at once, or together in a digest."""

DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a chat wants to be written to.

    `zone`: IANA name; None: that of config.yaml. `quiet_from`, `quiet_to`: minutes of the local day; None:
    never quiet. `digest_at`: minute of the local day. `digest_day`: of the weekly digest, 0 is Monday.
    `silent`: what is sent unasked makes no sound. `preview`: Telegram shows a preview of the linked page.
    """

    zone: str | None = None
    quiet_from: int | None = None
    quiet_to: int | None = None
    silent: bool = False
    preview: bool = False
    digest_at: int = 9 * 60
    digest_day: int = 0


def zone_of(settings: ChatSettings, default: ZoneInfo) -> ZoneInfo:
    """The chat's zone; `default` where it has none, or one that is no longer known."""
    if settings.zone is None:
        return default
    try:
        return ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError):
        return default


def quiet_until(settings: ChatSettings, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet time ends (aware, UTC) that `now` lies in; None where it is not quiet.

    `zone` is where the chat lives (`zone_of`). From 22:00 to 7:00 lasts over midnight. Where both ends are
    the same minute it is never quiet: who wants nothing at all unsubscribes.
    """
    begins, ends = settings.quiet_from, settings.quiet_to
    if begins is None or ends is None or begins == ends:
        return None
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        start = _instants(day, begins, zone)[0]
        end = _instants(day if begins < ends else day + _DAY, ends, zone)[1]
        if start <= now < end:
            return end
    return None


def next_digest(settings: ChatSettings, every: Every, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a "daily" or "weekly" digest later than `after` (aware, UTC).

    Each local day (that there is) has exactly one, and each week that has its `digest_day`.
    """
    first = after.astimezone(zone).date()
    return next(each for each in _digests(settings, every, first, zone) if each > after)


def is_due(settings: ChatSettings, every: Every, since: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether what has waited `since` then is to be sent `now`: the quiet time is over, the digest due."""
    if every == "now":
        return quiet_until(settings, now, zone) is None
    return next_digest(settings, every, since, zone) <= now


def _digests(settings: ChatSettings, every: Every, first: date, zone: ZoneInfo) -> Iterator[datetime]:
    day = first - _DAY
    while True:
        if every != "weekly" or day.weekday() == settings.digest_day:
            when = _instants(day, settings.digest_at, zone)[0]
            # A gap that reaches midnight: the day's last minute before it, unless it has swallowed the day.
            for moment in (when, when - _MINUTE):
                if moment.astimezone(zone).date() == day:
                    yield moment
                    break
        day += _DAY


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last time (UTC) at which clocks show a minute of a day, or the end of its gap."""
    local = datetime.combine(day, time(minute // 60, minute % 60))
    first, last = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if last >= first:
        return first, last
    end = _gap_end(last, first, zone)
    return end, end


def _gap_end(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which clocks are put forward, between two times in UTC."""
    low, high = int(before.timestamp()), int(after.timestamp())
    new = datetime.fromtimestamp(high, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
