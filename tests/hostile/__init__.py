"""A site that breaks, lies and attacks, and what must stand in the database after it was crawled.

How to add a case: write it into a file `cases_SUBJECT.py` of this folder, whose list `CASES` is found by its name.

    Case(
        "a-charset-that-lies",                          # unique; becomes the address /world/a-charset-that-lies-10017
        "encoding",                                     # the class: cases of one class share a host and a source
        {"": Answer(page(story("lies")), "text/html; charset=koi8-r")},   # key -> answer; "" is the announced address
        columns={"headline": story("lies").headline},   # of its article: a value, or a function that judges it
        says=story("lies").texts, hides=["Ã"],          # must stand in headline, standfirst or text; must stand nowhere
    )

- A key is what follows the case's own path ("?page=2", "/print"), or with `alone=True`, which gives the case a host and
  a source for itself, an absolute path ("/robots.txt"). `announce` are the keys that the feed announces, `titles` how
  (else: as the expected headline). With `listings={"/world": "section"}` the case serves listings of its own.
  `rest` answers what no key names.
- An answer is bytes, text or a function of `Place` (whose `url(key)` is absolute); `raw` gives all that goes over the
  socket, head included. A list of answers: one for each run; with `runs=2` the case is crawled again with --all.
- Expected: `articles` (how many rows come of it, 1), `columns`, `says`, `hides`; where nothing comes of it `outcome` of
  the fetch and `reason`, a pattern; `asked` and `unasked` keys; `check`, a function of `Found`, for all else.
- Of every case these hold besides: each announced address has a row in `urls` and one in `fetches`; what brought no
  article has a reason in words; whatever is stored is safe text of bounded length (`safety.py`).

All cases are crawled together, by one process, before the first is judged; `pytest tests/hostile -k encoding` crawls
what it needs only. Words are invented, and other in every case: equal texts would be one article. Keep cases cheap.
"""
