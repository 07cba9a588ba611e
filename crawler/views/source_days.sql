CREATE VIEW source_days AS         -- the heat map: articles per source and day
SELECT source_id,
       published_on,
       count(*) AS article_count,  -- articles published that day; e.g. 34
       sum(word_count) AS total_words,  -- their words together; e.g. 21000
       CAST(avg(word_count) AS INTEGER) AS mean_words  -- their words on average; e.g. 617
FROM articles
WHERE published_on IS NOT NULL
GROUP BY source_id, published_on;
