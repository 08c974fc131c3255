"""Asks a language model for summaries in the readers' languages, and keeps those that stand in the article.

At an OpenAI-compatible address, where the configuration names one. Whatever goes wrong there costs a bounded
time and no announcement: it is filed without these summaries, and readers get the extract.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from analysis.grounding import ground_of, missing
from analysis.narration import ask, read_answer
from analysis.types import Announcement, Language
from crawler.config import LlmConfig
from storage.database import Database
from storage.spending import spend, spent

ANSWER = 800  # tokens that an answer may have
LARGEST = 262_144  # bytes of an answer that are read
FAILURES = 2  # one after the other; then the model is left alone for the rest of the crawl
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the model said, None where it said nothing, and what that cost; `tokens` None: as was reckoned."""

    content: str | None
    tokens: int | None


class Narrator:
    """Speaks to one model during one crawl. `key` goes into the header of its requests and nowhere else.

    `turn` is held by whoever asks: one question at a time, so that a dead server is found out after two.
    """

    def __init__(
        self, config: LlmConfig, key: str | None, database: Database, clock: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._key = key
        self._database = database
        self._clock = clock
        self._failures = 0
        self._asked = self._kept = 0
        self._dropped: Counter[str] = Counter()
        self._stopped: str | None = None
        self.turn = asyncio.Lock()
        if key and not (key.isascii() and key.isprintable()):
            # It would be refused later, in words that hold it.
            log.warning("language model: the key has characters that no header may have; nothing is asked")
            self._stopped = "the key is no header"

    @property
    def willing(self) -> bool:
        """Whether it asks at all: not after failures one after the other, nor beyond a limit."""
        return self._stopped is None

    async def narrate(self, item: Announcement) -> Announcement:
        """The announcement with the summaries that may be told; as it is where there are none."""
        if not self.willing:
            return item
        messages = ask(item, self._config.languages)
        price = tokens_in("".join(message["content"] for message in messages)) + ANSWER
        if not self._reserve(price):
            return item
        answer = await self._answer(messages)
        if answer.tokens is not None:
            self._pay(answer.tokens - price)
        if answer.content is None:
            return item
        summaries = await asyncio.to_thread(self._grounded, item, answer.content)
        return replace(item, summaries=summaries)

    def report(self) -> None:
        """Says in the log what came of it."""
        dropped = ", ".join(f"{count} {why}" for why, count in sorted(self._dropped.items()))
        if self._asked:
            log.info(
                "language model: asked %d times, %d summaries kept, %d thrown away%s",
                *(self._asked, self._kept, self._dropped.total(), f" ({dropped})" if dropped else ""),
            )

    def _reserve(self, price: int) -> bool:
        """Books what a question may cost before it is asked; False where a limit is reached."""
        if self._asked >= self._config.announcements_per_crawl:
            return self._stop(f"{self._asked} announcements were summarised in this crawl")
        today = self._clock().date()
        with self._database.write() as conn:
            if spent(conn, today) + price > self._config.tokens_per_day:
                return self._stop("the tokens of the day are spent")
            spend(conn, today, price)
        self._asked += 1
        return True

    def _pay(self, difference: int) -> None:
        """Corrects what was booked by what it cost."""
        with self._database.write() as conn:
            spend(conn, self._clock().date(), difference)

    def _stop(self, why: str) -> bool:
        log.info("language model: no more questions in this crawl: %s", why)
        self._stopped = why
        return False

    async def _answer(self, messages: list[dict[str, str]]) -> _Answer:
        """The model's answer within the time limit; where there was none, that is counted.

        Of an error only its type is said: its words may hold the key. A refusal costs nothing.
        """
        cost: int | None = None
        try:
            async with asyncio.timeout(self._config.timeout.total_seconds()):
                answer = _read(await self._post(messages))
        except _RefusedError as error:
            problem, cost = str(error), error.tokens
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            problem, cost = type(error).__name__, 0
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as error:
            problem = type(error).__name__
        else:
            self._failures = 0
            return answer
        self._failures += 1
        log.warning("language model: no answer (%s); the extract is used", problem)
        if self._failures >= FAILURES:
            self._stop(f"{FAILURES} failures one after the other")
        return _Answer(None, cost)

    async def _post(self, messages: list[dict[str, str]]) -> bytes:
        """The bytes of an answer. Cancelled when the time is over: a thread would go on waiting."""
        asked = {"model": self._config.model, "messages": messages, "temperature": 0, "max_tokens": ANSWER}
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        address = f"{self._config.url.rstrip('/')}/chat/completions"
        async with (
            httpx.AsyncClient(timeout=self._config.timeout.total_seconds()) as client,
            client.stream("POST", address, json=asked, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise _RefusedError(f"status {response.status_code}", tokens=0)
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise _RefusedError("too long an answer")
            return bytes(body)

    def _grounded(self, item: Announcement, content: str) -> Mapping[Language, str]:
        try:
            texts = read_answer(content, self._config.languages)
        except ValueError as error:
            self._dropped[str(error)] += 1
            log.info("%s: summaries thrown away: %s", item.article.url, error)
            return {}
        ground, kept = ground_of(item), dict[Language, str]()
        for language, text in texts.items():
            if why := missing(text, ground, language):
                self._dropped[why.split(" ")[0]] += 1
                log.info("%s: summary in %s thrown away: %.60r", item.article.url, language, why)
            else:
                kept[language] = text
        self._kept += len(kept)
        return kept


class _RefusedError(Exception):
    """The server answered, but not with an answer; `tokens` is what that cost, None where nobody knows."""

    def __init__(self, problem: str, tokens: int | None = None) -> None:
        super().__init__(problem)
        self.tokens = tokens


def _read(body: bytes) -> _Answer:
    """What is said in an answer, and what it cost. Raises _RefusedError for any other form."""
    try:
        answer: Any = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
        usage = answer.get("usage") or {}
        parts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
        counts = [part for part in parts if type(part) is int and 0 <= part < 10**7]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _RefusedError("no chat completion") from None
    if not isinstance(content, str):
        raise _RefusedError("no chat completion")
    return _Answer(content, sum(counts) if len(counts) == len(parts) else None)


def tokens_in(text: str) -> int:
    """About how many tokens a text has, rather more than fewer: one a Chinese character, one for 3 others."""
    plain = sum(char.isascii() for char in text)
    return len(text) - plain + plain // 3 + 1
