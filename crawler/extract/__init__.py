"""One page as read: one parse, then metadata, body, standfirst and subheads."""

from crawler.extract.article import extract
from crawler.extract.jsonl import as_record, extract_lines

__all__ = ["as_record", "extract", "extract_lines"]
