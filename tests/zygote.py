"""Runs commands in forks of one process that has loaded the program already.

Most of what a short command takes is loading Scrapy, lxml and the rest, and a suite that starts three hundred
of them would do little else. The fork runs the very entry point with its own arguments, environment and
standard streams; tests about the process itself (signals, kills, memory) start a real one.
"""

from __future__ import annotations

import atexit
import importlib
import io
import json
import os
import pkgutil
import runpy
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: what `subprocess.run` would say of it."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run_fresh(arguments: Sequence[str], *, data: bytes = b"", timeout: float = 120) -> Done:
    """The same in a process that has loaded nothing else: for what it weighs."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        input=data,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def run(
    arguments: Sequence[str],
    *,
    data: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 120,
) -> Done:
    """Run `python ARGUMENTS`, where the first is "-m" and a module, or a file.

    Raises TimeoutError; the fork is then killed.
    """
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        socket.socket(socket.AF_UNIX) as connection,
    ):
        given.write(data)
        given.seek(0)
        connection.settimeout(timeout)
        connection.connect(_address())
        asked = {"arguments": list(arguments), "env": dict(env or os.environ), "cwd": str(cwd or Path.cwd())}
        line = json.dumps(asked).encode() + b"\n"
        socket.send_fds(connection, [line[:1]], [given.fileno(), out.fileno(), err.fileno()])
        connection.sendall(line[1:])
        answer = connection.makefile("rb").readline()
        out.seek(0)
        err.seek(0)
        return Done(json.loads(answer)["status"], out.read(), err.read())


@cache
def _address() -> str:
    """The socket of the process that forks, started on first use and ended with this one."""
    folder = tempfile.TemporaryDirectory(prefix="zygote")
    path = str(Path(folder.name) / "socket")
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.zygote", path], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.kill()
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return path


def _load() -> None:
    """Import what commands import, and let the analysis read its data; nothing that starts a thread."""
    for package in ("analysis", "storage", "crawler", "bot", "yuanwatch"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    for name in ("scrapy.core.downloader.handlers.http11", "scrapy.crawler", "scrapy.pipelines"):
        importlib.import_module(name)
    from analysis.analyse import analyse
    from analysis.types import LANGUAGES, Article, Publisher

    for language in LANGUAGES:
        text = "苏州 Suzhou 2024: 10 million e-CNY, blockchain."
        analyse(Article("https://a.example", text, text, Publisher("a", "A", "media"), None, language))


def _serve(path: str) -> None:
    _load()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                os._exit(_answer(connection))
            connection.close()
            while _reaped():
                pass


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _answer(connection: socket.socket) -> int:
    """In a fork: run the command in one more, and say how it ended; killed when nobody listens any more."""
    first, streams, _, _ = socket.recv_fds(connection, 1, 3)
    asked = json.loads(first + connection.makefile("rb").readline())
    child = os.fork()
    if child == 0:
        connection.close()
        _become(asked, streams)
    connection.settimeout(0.02)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        try:
            if connection.recv(1) == b"":
                os.kill(child, 9)
        except TimeoutError:
            continue
    connection.sendall(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
    return 0


def _become(asked: dict[str, Any], streams: list[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", line_buffering=number > 0)
        for number, mode in enumerate(("rb", "wb", "wb"))
    )
    status = 0
    try:
        arguments = asked["arguments"]
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
        status = code if isinstance(code, int) else 0 if code is None else 1
        if isinstance(code, str):
            print(code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1])
