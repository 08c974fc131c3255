"""Turns one call into one reply: token, fault, method, and a record of it all."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from yuanwatch.demo.botapi.errors import ApiError, too_many_requests
from yuanwatch.demo.botapi.faults import Fault, FaultPlan, Planned
from yuanwatch.demo.botapi.methods import all_methods
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import World

_REFUSALS = {
    Fault.SERVER_ERROR: "Internal Server Error",
    Fault.UNAUTHORIZED: "Unauthorized",
    Fault.NOT_FOUND: "Not Found",
    Fault.CONFLICT: (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    ),
}
_WEB_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came, with what was answered. `at` is the clock's time in seconds when it came.

    `answer` is the JSON object of the answer, whatever became of it on the way; None if a fault kept the call
    from being accepted. `fault` is what went wrong on purpose.
    """

    method: str
    params: Mapping[str, str]
    at: float
    answer: Mapping[str, Json] | None = None
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        """Whether the call was accepted and had its effect."""
        return bool(self.answer and self.answer["ok"])

    @property
    def chat_id(self) -> int | None:
        """The chat it is about, if it names one by number."""
        text = self.params.get("chat_id", "")
        return int(text) if text.lstrip("-").isdigit() else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    retry_after: int | None = None
    hang_up: bool = False
    reset: bool = False

    @classmethod
    def of(cls, answer: Mapping[str, Json]) -> Reply:
        """An answer of the Bot API."""
        status = 200 if answer["ok"] else int(answer["error_code"])
        retry_after = answer.get("parameters", {}).get("retry_after")
        return cls(status, json.dumps(answer, ensure_ascii=False).encode(), retry_after=retry_after)

    @classmethod
    def refused(cls, status: int, description: str) -> Reply:
        """An error of the Bot API."""
        return cls.of(ApiError(status, description).answer())

    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        headers = {"Content-Type": self.content_type, "Content-Length": str(len(self.body))}
        return headers | ({"Retry-After": str(self.retry_after)} if self.retry_after else {})


class Desk:
    """Takes the calls of one bot."""

    def __init__(self, token: str, world: World) -> None:
        self.token = token
        self.world = world
        self.faults = FaultPlan()
        self.calls: list[Call] = []
        self.crashes: list[str] = []
        self._methods = all_methods()

    def call(self, token: str, method: str, params: Params) -> Reply:
        """Do what is asked, or what was planned to go wrong."""
        if token != self.token:
            known_form = token.partition(":")[0].isdigit() and len(token.partition(":")[2]) > 0
            return Reply.refused(401, "Unauthorized") if known_form else Reply.refused(404, "Not Found")
        name, function = self._methods.get(method.lower(), (method, None))
        with self.world.changed:
            planned = self.faults.take(method)
            place = len(self.calls)
            fault = planned.fault if planned else None
            self.calls.append(Call(name, params.values, self.world.clock(), fault=fault))
            answer: dict[str, Json] | None = None
            if fault is None or fault.accepted:
                answer = self._answer(function, params)
                self.calls[place] = replace(self.calls[place], answer=answer)
            self.world.changed.notify_all()
        if planned is None:
            assert answer is not None
            return Reply.of(answer)
        return self._spoiled(planned, answer)

    def file(self, token: str, path: str) -> Reply:
        """A file that getFile told of, as it was uploaded."""
        with self.world.changed:
            found = self.world.files.at(path) if token == self.token else None
        if found is None:
            return Reply.refused(404, "Not Found")
        return Reply(200, found.upload.data, "application/octet-stream")

    def note_crash(self) -> None:
        """Keep the trace of an exception that is a fault of the stand-in itself."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.crashes.append(traceback.format_exc())

    def _answer(self, function: Callable[[World, Params], Json] | None, params: Params) -> dict[str, Json]:
        if function is None:
            return ApiError(404, "Not Found: method not found").answer()
        try:
            return {"ok": True, "result": function(self.world, params)}
        except ApiError as error:
            return error.answer()

    def _spoiled(self, planned: Planned, answer: Mapping[str, Json] | None) -> Reply:
        fault = planned.fault
        whole = Reply.of(answer) if answer is not None else Reply(200)
        match fault:
            case Fault.LOST_ANSWER:
                return Reply(200, hang_up=True)
            case Fault.RESET:
                return Reply(200, hang_up=True, reset=True)
            case Fault.SLOW:
                self.world.wait(lambda: False, planned.seconds)
                return whole
            case Fault.BROKEN_JSON:
                return replace(whole, status=200, body=whole.body[: len(whole.body) // 2])
            case Fault.HTML:
                return Reply(200, _WEB_PAGE, "text/html")
            case Fault.BAD_GATEWAY:
                return Reply(502, _WEB_PAGE, "text/html")
            case Fault.RATE_LIMIT:
                return Reply.of(too_many_requests(max(1, round(planned.seconds))).answer())
        return Reply.refused(int(fault.value), _REFUSALS[fault])
