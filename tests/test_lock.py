"""One crawl and one bot for a database at a time; a lock dies with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import yuanwatch
from yuanwatch.lock import Held, only_one

HOLD = """
import sys
from yuanwatch.lock import only_one
with only_one(sys.argv[1], "crawl"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_one_is_refused_until_the_first_is_gone_even_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'y.db'}"
    config = tmp_path / "config.yaml"
    config.write_text(
        f"database: {{url: '{url}'}}\n"
        "sources: [{id: city, name: C, kind: feed, level: media, urls: ['http://127.0.0.1:9/f']}]",
        encoding="utf-8",
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Held), only_one(url, "crawl"):
            pass
        with only_one(url, "run"):  # another name is another lock
            pass
        by_hand = yuanwatch("crawl", config=config)
        assert by_hand.status == 2
        assert "Another crawl" in by_hand.err
        assert yuanwatch("crawl", "--due", config=config).status == 0
    finally:
        holder.kill()
        holder.communicate()
    with only_one(url, "crawl"):
        pass
