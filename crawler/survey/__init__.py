"""A publisher looked at, nothing stored: before it is a source (`add`), and whether it still answers (`check`).

- `reading` reads one listing or one article of a visit (crawler.visit), with what came of it.
- `check` asks all that a source's file says and judges the answers; `usual` is what the database knows of them.
"""
