"""The methods that bring updates to the bot: long polling, and the webhook that excludes it."""

from __future__ import annotations

from yuanwatch.demo.botapi.errors import bad_request, conflict
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Method, World

LONGEST_POLL = 50
MOST_UPDATES = 100


def get_updates(world: World, params: Params) -> Json:
    """getUpdates: waits for one, for the end of the time, or until another poll takes over (409 here)."""
    polling = world.polling
    if polling.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    offset = params.integer("offset")
    limit = min(max(params.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
    seconds = min(max(params.integer("timeout"), 0), LONGEST_POLL)
    _allow(world, params)
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
        return polling.turn != turn or bool(polling.webhook) or len(world.updates) > 0

    world.wait(over, seconds)
    if polling.turn != turn:
        raise conflict(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
    if polling.webhook:
        raise conflict("terminated by setWebhook request")


def _allow(world: World, params: Params) -> None:
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


def set_webhook(world: World, params: Params) -> Json:
    """setWebhook: kept, and it stops polling; nothing is ever delivered to it."""
    url = params.text("url")
    if url and not url.lower().startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    _allow(world, params)
    return _webhook(world, url, drop=params.flag("drop_pending_updates"))


def delete_webhook(world: World, params: Params) -> Json:
    """deleteWebhook."""
    return _webhook(world, "", drop=params.flag("drop_pending_updates"))


def get_webhook_info(world: World, params: Params) -> Json:
    """getWebhookInfo."""
    info: dict[str, Json] = {
        "url": world.polling.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    return info | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


def log_out(world: World, params: Params) -> Json:
    """logOut and close: nothing to do for a bot that stays on one server."""
    return True


def _webhook(world: World, url: str, *, drop: bool) -> bool:
    world.polling.webhook = url
    if drop:
        world.updates.clear()
    world.changed.notify_all()
    return True


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "close": log_out,
}
