CREATE VIEW articles_full AS       -- articles_list with the words
SELECT l.*, t.body_text
FROM articles_list l LEFT JOIN article_texts t ON t.article_id = l.article_id;
