"""Scrapy commands of this project: `scrapy crawl` as the same run that `worlddesk crawl` makes."""
