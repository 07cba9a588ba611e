"""One page as read: one parse, then metadata, body, standfirst and subheads.

The way through the modules, in the order in which a page takes it:

- `article` is the whole way: parse (crawler.page), metadata, body, refusal; `jsonl` does it for many pages.
- `metadata` asks for each field. `evidence` gathers what the layers say, once; `about` tells which JSON-LD is of this
  article; `disagree` says where layers contradict each other; `naming` takes the names of classes apart.
  - `headline`, `trail` (the breadcrumb), `section`, `kind`, `access`, `language`, `tags`, `picture`; `facts` the rest.
  - `authors`: `signature` finds the byline, `bylines` reads the names in it; `wire` finds the `agencies` credited.
  - `published`: `dates` parses, with `datewords` and `zones`; `statedates` looks into the scripts of the page.
- `body` makes the text, in three steps.
  - Where it is: `container`, or `selected` where the source says so. `blocks` reads its runs of text in order,
    `boilerplate` says which elements are none of it, `boxes` (with `box_titles`) which runs stand in a box, `asides`
    which are captions and posts.
  - What of it is the article: `noise` goes by the words (`phrases`), `echoes` by what the page says elsewhere,
    `remembered` by what other pages of the source say, `entries` takes tickers apart. `standfirst` and `headings` read
    what stands above the text; `choose` keeps what is built like the text, `declared` what JSON-LD has, too;
    `subheads` finds those that no heading marks, `edges` cuts above the first sentence and below the last.
  - What else there is: `recovery` takes the text from where the markup does not hold it: JSON-LD, `statetext` in the
    `state` of scripts, trafilatura. `why` tells what was left out.
- `refuse` says which pages are no articles; `safe` bounds what leaves them and takes out markup that can run.
"""

from crawler.extract.article import extract
from crawler.extract.jsonl import as_record, extract_lines

__all__ = ["as_record", "extract", "extract_lines"]
