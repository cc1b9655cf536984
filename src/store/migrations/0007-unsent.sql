-- What an author changes while a report he once handed in is open to him again (returned, withdrawn). `report` and
-- `report_author` keep what was handed in last until he hands in anew; nobody else reads these.

CREATE TABLE report_unsent (
  report_id @int PRIMARY KEY REFERENCES report (id),
  channel TEXT NOT NULL,
  title TEXT NOT NULL, situation TEXT NOT NULL, analysis TEXT NOT NULL, suggestion TEXT NOT NULL,
  words @int NOT NULL,
  text_sha256 TEXT NOT NULL,
  category_id @int REFERENCES category (id),
  source TEXT NOT NULL, urgency TEXT NOT NULL, target_level TEXT NOT NULL,
  writer TEXT,
  name_public @int NOT NULL CHECK (name_public IN (0, 1)),
  name_public_reason TEXT,
  suggested_recipients TEXT,
  remarks TEXT,
  updated_ms @int NOT NULL
) @strict;

CREATE TABLE report_unsent_author (
  id @serial,
  report_id @int NOT NULL REFERENCES report_unsent (report_id),
  position @int NOT NULL,
  account_id @int REFERENCES account (id),
  name TEXT NOT NULL,
  unit_name TEXT, post TEXT, standing TEXT, contact TEXT,
  own @int NOT NULL DEFAULT 0,
  UNIQUE (report_id, position)
) @strict;

-- unsent: added since the last submission, the author's alone; dropped: taken away by the author since, the
-- others' until the next one.
ALTER TABLE attachment ADD COLUMN unsent @int NOT NULL DEFAULT 0;
ALTER TABLE attachment ADD COLUMN dropped @int NOT NULL DEFAULT 0;

-- Where an author is already at work, his text moves aside, and the text of the last submission comes back.
INSERT INTO report_unsent (report_id, channel, title, situation, analysis, suggestion, words, text_sha256, category_id,
  source, urgency, target_level, writer, name_public, name_public_reason, suggested_recipients, remarks, updated_ms)
SELECT r.id, r.channel, r.title, r.situation, r.analysis, r.suggestion, r.words, r.text_sha256, r.category_id,
  r.source, r.urgency, r.target_level, r.writer, r.name_public, r.name_public_reason, r.suggested_recipients, r.remarks,
  r.updated_ms
  FROM report r JOIN report_version v ON v.report_id = r.id
   AND v.number = (SELECT max(x.number) FROM report_version x WHERE x.report_id = r.id)
 WHERE r.status IN ('returned', 'withdrawn') AND v.text_sha256 <> r.text_sha256;
INSERT INTO report_unsent_author (report_id, position, account_id, name, unit_name, post, standing, contact, own)
SELECT a.report_id, a.position, a.account_id, a.name, a.unit_name, a.post, a.standing, a.contact, a.own
  FROM report_author a JOIN report_unsent u ON u.report_id = a.report_id;
-- 字数 of Chinese text is close to its characters; the exact count comes back with the next submission.
UPDATE report SET title = v.title, situation = v.situation, analysis = v.analysis, suggestion = v.suggestion,
  text_sha256 = v.text_sha256, words = length(v.situation) + length(v.analysis) + length(v.suggestion)
  FROM report_version v
 WHERE v.report_id = report.id AND report.id IN (SELECT u.report_id FROM report_unsent u)
   AND v.number = (SELECT max(x.number) FROM report_version x WHERE x.report_id = v.report_id);
UPDATE attachment SET unsent = 1
 WHERE report_id IN (SELECT r.id FROM report r WHERE r.status IN ('returned', 'withdrawn'))
   AND created_ms > (SELECT max(v.at_ms) FROM report_version v WHERE v.report_id = attachment.report_id);

-- The committee has neither what was taken back nor what waits for its unit, or came back from it.
UPDATE report SET submitted_ms = NULL WHERE status IN ('withdrawn', 'unit_signing') AND submitted_ms IS NOT NULL;
UPDATE report SET submitted_ms = NULL
 WHERE status = 'returned' AND submitted_ms IS NOT NULL AND id IN (SELECT e.report_id FROM report_event e
   WHERE e.kind = 'unit_returned' AND e.id = (SELECT max(x.id) FROM report_event x WHERE x.report_id = e.report_id
     AND x.kind IN ('return', 'unit_returned')));
