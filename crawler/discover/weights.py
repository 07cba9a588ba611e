"""Constants of the link scorer: a logistic regression over the facts in `crawler.discover.scorer`.

BIAS and WEIGHTS are what `python bench/fit_links.py` prints: Newton's method with a ridge of 1 over 55 labelled pages
of 50 publishers, every page weighing about the same whatever its length. The same run tells how such weights do on
publishers that they were not fitted on: macro F1 .988 with each publisher left out, worst page .92.
"""

BIAS = -8.30
WEIGHTS = {
    "route": 1.67,
    "named_route": 1.59,
    "list_kind": 1.75,
    "folder": 1.87,
    "kin": 3.19,
    "slug": 1.68,
    "date": 1.27,
    "id": 1.57,
    "hash": 0.20,
    "bare": -1.35,
    "deep": 0.84,
    "has_overview": -0.77,
    "is_overview": -1.39,
    "has_service": -1.48,
    "has_media": -1.86,
    "words": 1.14,
    "six_words": 1.40,
    "punctuated": 0.62,
    "in_navigation": -0.85,
    "in_foot": -0.67,
    "in_heading": 0.01,
}
LISTED = 2.0
"""Added for what JSON-LD lists as an article; set by hand, too few pages have such a list to fit it."""
