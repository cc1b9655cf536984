-- additive
-- Contents too large for one write; batches that the store fails under.

-- Contents that are not whole: still being stored piece by piece, or being taken away. No row refers to one of them. One
-- that nobody goes on with (beat_ms) is taken away; 0: at once. Rows are deleted.
CREATE TABLE blob_partial (
  sha256 TEXT PRIMARY KEY REFERENCES blob (sha256),
  beat_ms @int NOT NULL                         -- when the last piece was stored
) @strict;

ALTER TABLE paper_batch ADD COLUMN faults @int NOT NULL DEFAULT 0; -- how often the store failed under it
ALTER TABLE paper_batch ADD COLUMN again_ms @int;                  -- not taken before then; NULL: at once

-- 1: was not its owner's to see when the batch was made, so nothing of it is in the zip, not even its title.
ALTER TABLE paper_batch_item ADD COLUMN hidden @int NOT NULL DEFAULT 0;
