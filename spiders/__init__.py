"""What we crawl: one spider over the catalogue in sources/."""
