-- LEFT JOIN keeps articles as the outer loop: with JOIN the planner starts at sources and sorts everything
-- (840 ms instead of 1 ms for the newest 50 of 100,000).
CREATE VIEW articles_list AS       -- the front door: one row per article, with its source's name
SELECT a.article_id,
       a.published_at,
       a.source_id,
       s.name AS source,           -- name of the source; e.g. Le Monde
       s.country AS source_country,  -- where the source is edited, ISO 3166-1 alpha-2; e.g. FR
       a.language,
       a.headline,
       a.standfirst,
       a.section,
       a.is_international,
       a.kind,
       (SELECT group_concat(value, ', ') FROM json_each(a.authors_json)) AS authors,  -- names, a comma between them; e.g. Ana Perez, Li Wei
       a.wire,
       a.word_count,
       a.revision_count,
       a.access,
       a.is_complete,
       a.first_seen_at,
       a.gone_at,
       a.is_from_archive,
       a.url
FROM articles a LEFT JOIN sources s ON s.source_id = a.source_id;
