CREATE VIEW rights AS              -- what may be done with each article: what its page, its host and our licence say
SELECT a.source_id,
       a.article_id,
       a.url,
       a.is_tdm_reserved,
       h.tdm_policy,
       s.rights,
       a.access,
       a.is_complete
FROM articles a
JOIN sources s ON s.source_id = a.source_id
LEFT JOIN hosts h
     ON h.host = substr(a.url, instr(a.url, '://') + 3, instr(substr(a.url, instr(a.url, '://') + 3) || '/', '/') - 1);
