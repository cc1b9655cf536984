-- additive
-- The photos that an issue prints, as they were at its signing: reports go back when an issue becomes void, and their
-- authors may then put other photos there.
CREATE TABLE issue_photo (
  issue_id @int NOT NULL REFERENCES issue (id),
  name TEXT NOT NULL,                            -- as the text calls it
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  PRIMARY KEY (issue_id, name)
) @strict;
CREATE INDEX issue_photo_by_blob ON issue_photo (sha256);

-- 1: issue_photo has all that the text calls. 0: signed before there was that table; what the sources have now is printed.
ALTER TABLE issue ADD COLUMN photos_kept @int NOT NULL DEFAULT 0;
