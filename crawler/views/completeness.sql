-- CROSS JOIN and a GROUP BY that names the source: asked for one source, only its listings are walked.
CREATE VIEW completeness AS        -- one row per listing and day: what it announced for the first time, and how much of that we hold; `missing` has the rest, address by address
SELECT l.source_id,
       l.listing_id,
       l.kind AS listing_kind,     -- how the listing is read: section, feed, news-sitemap; e.g. section
       l.url AS listing_url,       -- address of the listing; e.g. https://www.example.org/world
       substr(k.first_seen_at, 1, 10) AS announced_on,  -- UTC day on which the listing announced them first; e.g. 2026-10-06
       count(*) AS announced_count,  -- addresses; e.g. 40
       sum(u.state = 'skipped' AND u.failures_in_row = 0) AS outside_count,  -- of these, not ours by the rules of the source's file (scope, patterns, hosts) or no article at first sight: no gap; e.g. 6
       sum(u.state = 'not_article') AS no_article_count,  -- of these, pages that were read and are no articles: no gap; e.g. 2
       sum(u.state IN ('article', 'duplicate') OR (u.state = 'gone' AND u.article_id IS NOT NULL)) AS held_count,  -- of these, articles that we hold; e.g. 31
       sum(u.state = 'new') AS waiting_count,  -- of these, not asked for yet; e.g. 0
       sum((u.state IN ('failing', 'blocked') OR (u.state = 'skipped' AND u.failures_in_row > 0))
           OR (u.state = 'gone' AND u.article_id IS NULL)) AS failed_count,  -- of these, asked for in vain; e.g. 1
       round(1.0 * sum(u.state IN ('article', 'duplicate') OR (u.state = 'gone' AND u.article_id IS NOT NULL))
             / nullif(sum(NOT (u.state = 'not_article' OR (u.state = 'skipped' AND u.failures_in_row = 0))), 0), 3)
             AS held_share,        -- held_count as a share of announced_count without outside_count and no_article_count; NULL = nothing is left; e.g. 0.969
       sum(u.state IN ('article', 'duplicate') AND NOT EXISTS (
           SELECT 1 FROM urls v CROSS JOIN listing_links o ON o.url_id = v.url_id
           CROSS JOIN listings m ON m.listing_id = o.listing_id
           WHERE v.article_id = u.article_id AND m.kind <> l.kind)) AS only_here_count  -- of those held, announced by listings of this kind only: what would be missing without them; e.g. 4
FROM listings l
CROSS JOIN listing_links k ON k.listing_id = l.listing_id
CROSS JOIN urls u ON u.url_id = k.url_id
GROUP BY l.source_id, l.listing_id, announced_on;
