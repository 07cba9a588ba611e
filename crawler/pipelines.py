"""Scrapy's thin side of the store."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem, NotConfigured

from crawler.desk import Desk
from crawler.items import Exchange


class StorePipeline:
    """Each Exchange is committed whole, in the order in which the answers came."""

    def __init__(self, desk: Desk):
        self.desk = desk

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Scrapy's constructor; under `scrapy shell` and `fetch` there is nothing to store."""
        desk: Desk | None = getattr(crawler.spider, "desk", None)
        if desk is None:
            raise NotConfigured
        return cls(desk)

    async def process_item(self, item: Exchange) -> Exchange:
        """Store the exchange and hand it on with the outcome that the store found."""
        try:
            item.outcome = await self.desk.record(item)
        except CloseSpider as reason:  # the desk ends the run; pipelines may only drop
            raise DropItem(str(self.desk.trouble)) from reason
        return item
