CREATE VIEW articles_full AS       -- articles_list with the words
SELECT l.*,
       a.breadcrumb_json,
       a.tags_json,
       a.image_url,
       a.image_caption,
       a.image_credit,
       a.disagreements_json,
       t.body_text
FROM articles_list l JOIN articles a ON a.article_id = l.article_id
     LEFT JOIN article_texts t ON t.article_id = l.article_id;
