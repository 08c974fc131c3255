"""The methods by which the bot asks for updates: long polling, which a webhook excludes."""

from __future__ import annotations

from yuanwatch.demo.botapi.errors import bad_request, conflict
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Method, World

LONGEST_POLL = 50
MOST_UPDATES = 100


def get_updates(world: World, params: Params) -> Json:
    """getUpdates: waits for one, for the end of the time, or until another poll takes over (409 here)."""
    if world.hook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    offset = params.integer("offset")
    limit = min(max(params.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
    seconds = min(max(params.integer("timeout"), 0), LONGEST_POLL)
    allow(world, params)
    limit, seconds = _throttled(world, offset, limit, seconds)
    world.updates.confirm(offset)
    found = world.updates.first(limit, world.clock())
    if not found and seconds:
        _wait(world, seconds)
        found = world.updates.first(limit, world.clock())
    return found


def _wait(world: World, seconds: int) -> None:
    polling = world.polling
    polling.turn += 1
    turn = polling.turn
    world.changed.notify_all()

    def over() -> bool:
        return polling.turn != turn or bool(world.hook.url) or len(world.updates) > 0

    world.wait(over, seconds)
    if polling.turn != turn:
        raise conflict(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
    if world.hook.url:
        raise conflict("terminated by setWebhook request")


def allow(world: World, params: Params) -> None:
    """Remember which kinds of updates the bot wants. Raises ApiError."""
    if "allowed_updates" in params.values:
        kinds = params.json("allowed_updates", "allowed_updates")
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad_request("Can't parse allowed_updates JSON object")
        world.updates.allow(kinds)


def _throttled(world: World, offset: int, limit: int, seconds: int) -> tuple[int, int]:
    """A poll that repeats its offset at once gets less and waits longer, if that is switched on."""
    polling, now = world.polling, world.clock()
    if world.throttle_polling and offset == polling.last_offset:
        if now < polling.last_start + 3.0:
            seconds = max(seconds, 3)
        if now < polling.last_start + 0.5:
            limit = 1
    polling.last_offset, polling.last_start = offset, now
    return limit, seconds


def log_out(world: World, params: Params) -> Json:
    """logOut and close: nothing to do for a bot that stays on one server."""
    return True


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "logOut": log_out,
    "close": log_out,
}
