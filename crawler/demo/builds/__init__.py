"""Four house styles, as real sites differ: one module each, all with the same three functions.

`path(article)` is the article's address, `article_page(article, site)` its page, and
`section_page(section, teasers, site)` the list that announces it.
"""

from __future__ import annotations

from types import ModuleType

from crawler.demo.builds import classic, modern, rubric, wordpress

BUILDS: dict[str, ModuleType] = {
    "classic": classic,
    "wordpress": wordpress,
    "modern": modern,
    "rubric": rubric,
}
