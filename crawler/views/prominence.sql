-- CROSS JOIN keeps this order: articles are chosen by date or source, and each step from there is one look into an index.
CREATE VIEW prominence AS          -- where and for how long each listing showed each article: on section pages that is what a publisher puts first, in feeds and sitemaps mere age
SELECT a.source_id,
       s.name AS source,           -- name of the source; e.g. Le Monde
       l.listing_id,
       l.kind AS listing_kind,     -- how the listing is read: section, feed, news-sitemap; e.g. section
       l.section AS listing_section,  -- section that the listing stands for; NULL = the whole paper; e.g. International
       a.article_id,
       a.headline,
       k.title AS title_there,     -- headline as this listing shows it; e.g. Talks resume
       a.published_at,
       round(k.top_five_seconds / 3600.0, 1) AS hours_in_top_five,  -- how long it stood among the first five there; e.g. 6.5
       k.best_rank,
       k.first_seen_at AS first_listed_at,  -- first time on this listing; e.g. 2026-10-06T08:00:00Z
       CASE WHEN k.last_seen_at = l.last_listed_at THEN l.last_ok_at ELSE k.last_seen_at END AS last_listed_at,  -- last time on this listing, as far as is known; e.g. 2026-10-06T14:00:00Z
       a.url
FROM articles a
CROSS JOIN urls u ON u.article_id = a.article_id
CROSS JOIN listing_links k ON k.url_id = u.url_id
CROSS JOIN listings l ON l.listing_id = k.listing_id
LEFT JOIN sources s ON s.source_id = a.source_id;
