"""Worlddesk: how a page becomes a row. The files, in the order of a page's path, are listed in README.md."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("worlddesk")
except PackageNotFoundError:  # a checkout that was never installed, as under a bare `scrapy crawl`
    __version__ = "0+checkout"
