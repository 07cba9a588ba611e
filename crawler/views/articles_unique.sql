CREATE VIEW articles_unique AS     -- articles_list with each text once: without word-for-word copies of an earlier article
SELECT l.*
FROM articles_list l
WHERE NOT EXISTS (SELECT 1 FROM copies c WHERE c.article_id = l.article_id AND c.shared_share = 1.0);
