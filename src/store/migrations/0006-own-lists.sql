-- One author's reports of one status, from new to old; and what his unsent ones hold.
CREATE INDEX report_by_author_status ON report (author_id, status, id);

-- own: the row names the report's author himself, who finds it by the report; the others, few, by this index.
-- 0 is never wrong, only slower, so rows may be written without it.
ALTER TABLE report_author ADD COLUMN own @int NOT NULL DEFAULT 0;
UPDATE report_author SET own = 1
 WHERE account_id = (SELECT r.author_id FROM report r WHERE r.id = report_author.report_id AND r.channel <> 'on_behalf');
CREATE INDEX report_author_joint ON report_author (account_id, report_id) WHERE own = 0;

INSERT INTO setting (key, value, name, kind, minimum, maximum, position) VALUES
  ('attachment.max_unsent_bytes', '524288000', '每人未报送来稿的附件合计上限（字节）', 'integer', 1048576, 107374182400, 22);
