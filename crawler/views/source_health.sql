CREATE VIEW source_health AS       -- one row per source: is it alive, and if not, why
SELECT s.source_id,
       s.name,
       s.country,
       s.is_enabled,
       (SELECT max(a.first_seen_at) FROM articles a WHERE a.source_id = s.source_id AND a.is_from_archive = 0) AS last_new_article_at,  -- when it last brought a new article, archives left out; e.g. 2026-10-06T08:00:00Z
       r.status AS last_status,    -- of its last run; NULL = never crawled; e.g. ok
       r.message AS last_message,  -- of its last run; e.g. 4 new, 1 changed
       run.started_at AS last_run_at,  -- start of its last run; e.g. 2026-10-06T08:00:00Z
       s.silent_after_hours
FROM sources s
LEFT JOIN run_sources r ON r.source_id = s.source_id
     AND r.run_id = (SELECT max(x.run_id) FROM run_sources x JOIN runs y ON y.run_id = x.run_id AND y.kind = 'crawl'
                     WHERE x.source_id = s.source_id)
LEFT JOIN runs run ON run.run_id = r.run_id;
