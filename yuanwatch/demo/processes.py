"""The demo's processes: the same commands that a person types, on a configuration of the demo's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yuanwatch.config import TOKEN_VARIABLE

STOP_WITHIN = 15.0
CONFIG = """\
# The demo's configuration: bundled sites and a stand-in for Telegram, both on this machine only.
database: {{url: "sqlite:///demo.db"}}
crawl: {{delay: 0, allow_networks: [127.0.0.0/8], contact: demo}}
# The events are real and years old; a real set-up pushes only news, and waits longer for other outlets.
delivery: {{max_age: null, settle: 4s}}
telegram: {{api_url: "{api}", timezone: Asia/Shanghai}}
schedule: {{crawl: 2w}}              # in the demo the crawls are started by hand
"""


def write_config(folder: Path, *, api_url: str, sources: str) -> Path:
    """Write the demo's config.yaml; `sources` is its YAML for link_patterns and sources."""
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(api=api_url) + "\n" + sources, encoding="utf-8")
    return path


def crawl(config: Path) -> int:
    """Run `yuanwatch crawl` on the terminal, with its progress bar and table. Returns its exit status."""
    return subprocess.run(_command(config, "crawl"), check=False).returncode  # noqa: S603 - our own program


@contextmanager
def bot(config: Path, token: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`yuanwatch run`, ended by SIGTERM afterwards. What it logs goes into the file `log`."""
    environment = os.environ | {TOKEN_VARIABLE: token}
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program
            _command(config, "run"), env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(config: Path, name: str) -> list[str]:
    return [sys.executable, "-m", "yuanwatch", "--config", str(config), name]
