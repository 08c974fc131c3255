"""The front door: command line, config.yaml to Config, wiring, schedule and the demo."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("yuanwatch")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0"
