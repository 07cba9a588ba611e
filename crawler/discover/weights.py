"""Constants of the link scorer: a logistic regression over the facts in `crawler.discover.scorer`.

BIAS and WEIGHTS are what `python bench/fit_links.py` prints: Newton's method with a ridge of 1 over 55 labelled pages
of 48 publishers, every page weighing about the same whatever its length. The same run tells how such weights do on
publishers that they were not fitted on: macro F1 .988 with each publisher left out, worst page .93.
"""

BIAS = -8.19
WEIGHTS = {
    "route": 1.61,
    "named_route": 1.61,
    "list_kind": 1.70,
    "folder": 1.88,
    "kin": 3.07,
    "slug": 1.59,
    "date": 1.32,
    "id": 1.64,
    "hash": 0.20,
    "bare": -1.40,
    "deep": 0.80,
    "has_overview": -0.83,
    "is_overview": -1.48,
    "has_service": -1.17,
    "has_media": -1.87,
    "words": 1.27,
    "six_words": 1.43,
    "punctuated": 0.58,
    "in_navigation": -0.87,
    "in_foot": -0.71,
    "campaign": -2.21,
}
LISTED = 2.0
"""Added for what JSON-LD lists as an article; set by hand, too few pages have such a list to fit it."""

# What earlier visits add (`crawler.discover.seen`). Ages need no weights: how they tell articles from the rest is
# counted on each page anew. The bounds were set by hand, and hardly matter on the eleven listings that the corpus has
# twice, a week to a month apart: half or double of each changes F1 there by .002 at most. PROVED and REFUTED nothing
# measures.
SAME_AGE = 1.0
"""Links that are imagined on either side with the ages of the whole page: few links tell little."""
MOST_FOR_NEW, MOST_AGAINST_OLD = 1.5, 3.0
"""Log odds that an age can add, and take: offers are new as well, but only what is no article stays for months."""
PROVED = 2.0
"""Added for an address that was fetched and is an article."""
REFUTED = -3.0
"""Added for one that was fetched and is none."""
