"""A publisher looked at, nothing stored: before it is a source (`add`), and whether it still answers (`check`).

- `reading` reads one listing or one article of a visit (crawler.visit), with what came of it.
- `check` asks all that a source's file says and judges the answers; `usual` is what the database knows of them.
- `add` makes a source: `look` is the visit to the publisher, on which `find` says where listings may be and `judge`
  which of them are of the world pages; `facts` tells name, country, language and zone, `write` makes the TOML.
- `fixture` keeps the pages of a survey beside a source of one's own, and reads them again.
"""
