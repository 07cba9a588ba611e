"""Constants of the link scorer: a logistic regression over the facts in `crawler.discover.scorer`.

`python bench/fit_links.py` refits them from a labelled set of listings and prints this table.
"""

BIAS = -8.33
WEIGHTS = {
    "route": 2.77,
    "named_route": 2.12,
    "folder": 1.79,
    "list_kind": 1.56,
    "slug": 1.75,
    "slug_of_four": 0.75,
    "date": 2.03,
    "id": 1.94,
    "hash": 1.09,
    "bare": -1.19,
    "deep": 0.75,
    "under_navigation": -1.78,
    "is_navigation": -0.66,
    "words": 1.00,
    "six_words": 1.10,
    "punctuated": 0.52,
    "in_navigation": -0.90,
    "in_foot": -0.05,
    "in_heading": 0.53,
}
LISTED = 2.0
"""Added for what JSON-LD lists as an article; set by hand, too few pages have such a list to fit it."""
