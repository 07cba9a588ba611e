"""Constants of the link scorer: a logistic regression over the facts in `crawler.discover.scorer`.

`python bench/fit_links.py` refits them from a labelled set of listings and prints this table.
"""

BIAS = -7.67
WEIGHTS = {
    "route": 2.66,
    "named_route": 1.99,
    "folder": 1.79,
    "list_kind": 1.68,
    "slug": 1.70,
    "slug_of_four": 0.62,
    "date": 2.24,
    "id": 1.87,
    "hash": 0.98,
    "bare": -1.09,
    "deep": 0.69,
    "under_navigation": -1.69,
    "is_navigation": -0.56,
    "words": 1.22,
    "six_words": 0.82,
    "punctuated": 0.53,
    "in_navigation": -0.92,
    "in_foot": -0.16,
    "in_heading": 0.39,
}
LISTED = 2.0
"""Added for what JSON-LD lists as an article; set by hand, too few pages have such a list to fit it."""
