CREATE VIEW headline_changes AS    -- one row per change of a headline or standfirst
SELECT a.source_id,
       a.article_id,
       r.revision,
       r.seen_at AS changed_at,    -- when we first read the new version; e.g. 2026-10-06T14:00:00Z
       p.headline AS headline_before,  -- headline of the version before; e.g. Talks resume
       r.headline AS headline_after,  -- headline of this version; e.g. Talks resume in Geneva
       p.standfirst AS standfirst_before,  -- standfirst of the version before; e.g. After weeks of silence.
       r.standfirst AS standfirst_after,  -- standfirst of this version; e.g. After three weeks of silence, both sides meet again.
       CAST(round((julianday(r.seen_at) - julianday(a.published_at)) * 24 * 60) AS INTEGER) AS minutes_after_publication,  -- from publication to the change as we saw it; e.g. 408
       a.url
FROM revisions r
JOIN revisions p ON p.article_id = r.article_id AND p.revision = r.revision - 1
JOIN articles a ON a.article_id = r.article_id
WHERE p.headline IS NOT r.headline OR p.standfirst IS NOT r.standfirst;
