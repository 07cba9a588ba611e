CREATE VIEW missing AS             -- one row per address that was announced as an article of ours and that we do not hold, and why
SELECT u.source_id,
       u.state,
       u.reason,
       u.announced_title,
       u.first_seen_at,
       substr(u.first_seen_at, 1, 10) AS announced_on,  -- UTC day on which it was announced first; e.g. 2026-10-06
       (SELECT group_concat(DISTINCT l.kind) FROM listing_links k JOIN listings l USING (listing_id)
        WHERE k.url_id = u.url_id) AS listing_kinds,  -- kinds of the listings that announce it, a comma between them; e.g. feed,section
       u.archive_id,
       u.next_fetch_at,
       u.url
FROM urls u
WHERE u.state IN ('new', 'failing', 'blocked', 'gone', 'skipped')
  AND NOT (u.state = 'skipped' AND u.failures_in_row = 0)
  AND NOT (u.state = 'gone' AND u.article_id IS NOT NULL);
