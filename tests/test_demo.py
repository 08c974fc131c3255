"""`yuanwatch demo` as CI runs it: no terminal, exit status 0, and it shows what it promises."""

from __future__ import annotations

import re

from tests.program import yuanwatch


def test_the_demo_tells_each_story_once_and_nothing_unrelated() -> None:
    ended = yuanwatch("demo", COLUMNS="100")
    assert ended.status == 0, ended.out + ended.err
    pushed = ended.out.split("3. The next morning")[1].split("4. The reader asks")[0]
    messages = re.findall(r"╭─ Yuanwatch .*?╰─", pushed, re.DOTALL)
    assert len(messages) == 2, pushed  # Beijing's blueprint and Futian's red packets; not the unrelated news
    blueprint = next(message for message in messages if "145" in message)
    assert "北京市政务公开" in blueprint  # told by the city's own notice ...
    assert re.search(r"[56] sources", blueprint)  # ... with the press that told it too
    assert "¥20 million" in next(message for message in messages if "Futian" in message).replace("\xa0", " ")
    asked = ended.out.split("4. The reader asks")[1]
    for words in ("Latest: Beijing", "Latest: Shenzhen", "Found for “红包”", "9 sources"):
        assert words in asked
