"""The methods of the webhook, and the calls to it: Telegram's side, with the proxy in front of the bot."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.polling import allow
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Hook, Method, World

HEADER = "X-Telegram-Bot-Api-Secret-Token"
PORTS = (80, 88, 443, 8443)
MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_PATIENCE = 10.0  # seconds for one call
_GLANCE = 0.02


def set_webhook(world: World, params: Params) -> Json:
    """setWebhook: where the bot is called from now on, and what is shown to it; it stops polling."""
    url, secret = params.text("url"), params.text("secret_token")
    _check_url(url)
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allow(world, params)
    connections = min(max(params.integer("max_connections", 40), 1), MOST_CONNECTIONS)
    return _set(world, Hook(url, secret, connections), drop=params.flag("drop_pending_updates"))


def delete_webhook(world: World, params: Params) -> Json:
    """deleteWebhook."""
    return _set(world, Hook(), drop=params.flag("drop_pending_updates"))


def get_webhook_info(world: World, params: Params) -> Json:
    """getWebhookInfo."""
    hook = world.hook
    info: dict[str, Json] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook.url:
        info |= {"max_connections": hook.connections, "ip_address": "203.0.113.7"}
    if hook.error_date:
        info |= {"last_error_date": hook.error_date, "last_error_message": hook.error}
    return info | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


def _check_url(url: str) -> None:
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme.lower() != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    host = parts.hostname or ""
    try:
        reserved = not ip_address(host).is_global
    except ValueError:
        reserved = host == "localhost"
    if reserved:
        raise bad_request(f"bad webhook: IP address {host} is reserved")
    if "." not in host and ":" not in host:
        raise bad_request("bad webhook: failed to resolve host: No address associated with hostname")


def _set(world: World, hook: Hook, *, drop: bool) -> bool:
    world.hook = hook
    if drop:
        world.updates.clear()
    world.changed.notify_all()
    return True


@dataclass(slots=True)
class _Attempt:
    """When an update is due again, and after which pause then."""

    due: float = 0.0
    pause: float = 0.0


class Caller:
    """Calls the webhook, one update after the other: what is not taken is repeated after a growing pause, and
    what happened later in the same chat waits for it.

    `routes` says where the proxy sends what arrives at a public address: "https://bot.example" to
    "http://127.0.0.1:8787". `pause` is the first pause in seconds; Telegram's own grow to a minute.
    """

    def __init__(self, world: World, routes: dict[str, str], pause: float) -> None:
        self._world = world
        self._routes = routes
        self._pause = pause
        self._attempts: dict[int, _Attempt] = {}
        self._thread = threading.Thread(target=self._run, name="webhook")
        self._thread.start()

    def join(self) -> None:
        """Wait for the end, which comes when the world is closed."""
        self._thread.join()

    def _run(self) -> None:
        world = self._world
        while not world.closed:
            with world.changed:
                hook, update = world.hook, self._next()
                if update is None:
                    world.changed.wait(_GLANCE if hook.url else None)
            if update is not None:
                self._settle(hook, update["update_id"], self._call(hook, update))

    def _next(self) -> dict[str, Json] | None:
        if not self._world.hook.url:
            return None
        now, blocked = time.monotonic(), set[int]()
        for update in self._world.updates.waiting(self._world.clock()):
            attempt, chat = self._attempts.get(update["update_id"], _Attempt()), _chat(update)
            if attempt.due <= now and chat not in blocked:
                return update
            blocked.add(chat)
        return None

    def _call(self, hook: Hook, update: dict[str, Json]) -> str:
        """What went wrong; "" if the update was taken."""
        parts = urlsplit(hook.url)
        local = urlsplit(self._routes.get(f"https://{parts.netloc}", ""))
        if not local.hostname:
            return "Connection refused"
        headers = {"Content-Type": "application/json"} | ({HEADER: hook.secret} if hook.secret else {})
        connection = http.client.HTTPConnection(local.hostname, local.port, timeout=_PATIENCE)
        try:
            connection.request("POST", parts.path or "/", json.dumps(update).encode(), headers)
            answer = connection.getresponse()
            answer.read()
        except TimeoutError:
            return "Read timeout expired"
        except (OSError, http.client.HTTPException) as error:
            refused = isinstance(error, ConnectionRefusedError)
            return "Connection refused" if refused else "Connection reset by peer"
        finally:
            connection.close()
        taken = 200 <= answer.status < 300
        return "" if taken else f"Wrong response from the webhook: {answer.status} {answer.reason}"

    def _settle(self, hook: Hook, number: int, problem: str) -> None:
        with self._world.changed:
            if not problem:
                self._world.updates.remove(number)
                self._attempts.pop(number, None)
            else:
                attempt = self._attempts.setdefault(number, _Attempt(pause=self._pause))
                attempt.due = time.monotonic() + attempt.pause
                attempt.pause = min(2 * attempt.pause, 60.0)
                hook.error_date, hook.error = self._world.now(), problem
            self._world.changed.notify_all()


def _chat(update: dict[str, Json]) -> int:
    body: dict[str, Json] = next(value for key, value in update.items() if key != "update_id")
    message = body.get("message", body)
    return int(message["chat"]["id"]) if "chat" in message else int(body["from"]["id"])


METHODS: dict[str, Method] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
