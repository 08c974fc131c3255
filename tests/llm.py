"""A stand-in for a language model's server on loopback: OpenAI's /v1/chat/completions, every question recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.sites import Answer, Reply, Site, serve

PATH = "/v1/chat/completions"
USAGE = {"prompt_tokens": 700, "completion_tokens": 150, "total_tokens": 850}


class Model:
    """`answer` is what the server replies to any question."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.url = site.url("/v1")

    def says(self, summaries: Mapping[str, Any] | str, usage: Any = None, **more: Any) -> None:
        """Answer with a completion whose content is this text, or these summaries as JSON."""
        content = summaries if isinstance(summaries, str) else json.dumps(summaries, ensure_ascii=False)
        message = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        whole = {"object": "chat.completion", "choices": [message], "usage": usage or USAGE}
        self.replies(Reply(json.dumps(whole), content_type="application/json", **more))

    def replies(self, answer: Answer) -> None:
        """Answer with this, whatever it is."""
        self._site.pages[PATH] = answer

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        return [json.loads(seen.body) for seen in self._site.requests]

    @property
    def keys(self) -> list[str]:
        """The Authorization header of each question."""
        return [seen.headers.get("authorization", "") for seen in self._site.requests]


@contextmanager
def model() -> Iterator[Model]:
    """A server on a free port while the block runs."""
    with serve() as site:
        yield Model(site)
