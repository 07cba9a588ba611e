CREATE VIEW rights AS              -- what may be done with each article: what its page, its host and our licence say
SELECT a.source_id,
       a.article_id,
       a.url,
       CASE WHEN a.is_tdm_reserved = 1 THEN 'text and data mining reserved (TDMRep)'
            WHEN ', ' || a.robots_rules || ',' GLOB '*, no*ai,*' THEN 'robots rules: ' || a.robots_rules
            WHEN lower(a.content_usage) GLOB '*ai=n*' OR lower(a.content_usage) GLOB '*ai-train=n*'
              OR lower(a.content_usage) GLOB '*ai-input=n*' THEN 'header: ' || a.content_usage
            WHEN lower(h.content_signal) GLOB '*ai=n*' OR lower(h.content_signal) GLOB '*ai-train=n*'
              OR lower(h.content_signal) GLOB '*ai-input=n*' THEN 'robots.txt: ' || h.content_signal
       END AS reservation,  -- who reserves the use by machines, the plainest word first; NULL = nothing said, or allowed; ai_txt is not read for it; e.g. robots.txt: search=yes,ai-train=no
       a.is_tdm_reserved,
       h.tdm_policy,
       a.robots_rules,
       a.content_usage,
       h.content_signal,
       h.ai_txt,
       s.rights,
       a.access,
       a.is_complete
FROM articles a
JOIN sources s ON s.source_id = a.source_id
LEFT JOIN hosts h
     ON h.host = substr(a.url, instr(a.url, '://') + 3, instr(substr(a.url, instr(a.url, '://') + 3) || '/', '/') - 1);
