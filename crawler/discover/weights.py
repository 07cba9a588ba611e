"""Constants of the link scorer: a logistic regression over the facts in `crawler.discover.scorer`.

`python bench/fit_links.py` refits them from a labelled set of listings and prints this table.
"""

BIAS = -8.12
WEIGHTS = {
    "route": 2.60,
    "named_route": 2.01,
    "folder": 1.94,
    "list_kind": 1.66,
    "slug": 1.95,
    "slug_of_four": 0.80,
    "date": 2.18,
    "id": 1.85,
    "hash": 1.26,
    "bare": -1.10,
    "deep": 0.93,
    "under_navigation": -1.46,
    "is_navigation": -0.51,
    "words": 0.99,
    "six_words": 0.83,
    "punctuated": 0.69,
    "in_navigation": -0.75,
    "in_foot": -0.57,
    "in_heading": 0.37,
}
LISTED = 2.0
"""Added for what JSON-LD lists as an article; set by hand, too few pages have such a list to fit it."""
