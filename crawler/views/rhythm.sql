CREATE VIEW rhythm AS              -- one row per listing that is crawled: at what pace it changes, and when it is asked
SELECT l.source_id,
       l.url,
       l.kind,
       l.held_links,
       l.daily_links,
       round(1440 * (julianday(l.next_check_at) - julianday(l.last_checked_at))) AS wait_minutes,  -- from its last look to the next; e.g. 30
       l.last_checked_at,
       l.next_check_at,
       l.failures_in_row,
       l.distrusted_at
FROM listings l
WHERE l.is_enabled;
