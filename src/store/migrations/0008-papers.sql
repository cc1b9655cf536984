-- additive
-- Papers: their templates, what was rendered, batches of them, scans of signed prints.

-- One version of how a kind of paper looks. `draft` may be edited, `active` is in force (at most one for a committee,
-- kind and publication), `retired` was. Renderings name the version they were made with, so versions are never deleted;
-- drafts are.
CREATE TABLE paper_template (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,                           -- paper_kind_info().code
  publication_id @int REFERENCES publication (id), -- NULL: all; only for issues
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'retired')),
  version @int NOT NULL DEFAULT 1,
  created_by @int NOT NULL REFERENCES account (id),
  created_ms @int NOT NULL,
  activated_ms @int
) @strict;
CREATE INDEX paper_template_by_kind ON paper_template (committee_id, kind, status);
CREATE TABLE paper_template_element (
  template_id @int NOT NULL REFERENCES paper_template (id),
  position @int NOT NULL,
  element TEXT NOT NULL,
  style TEXT NOT NULL,
  text TEXT NOT NULL,
  right_text TEXT NOT NULL,
  amount @int,
  PRIMARY KEY (template_id, position)
) @strict;
CREATE TABLE paper_template_style (
  template_id @int NOT NULL REFERENCES paper_template (id),
  style TEXT NOT NULL,
  font TEXT, color TEXT, align TEXT,
  size @int,                                    -- hundredths of a point
  PRIMARY KEY (template_id, style)
) @strict;

-- Every file of a paper that was handed out, so that one sent can be proved later. `source_sha256` is over what the
-- paper says and how it is laid out: an equal one gives the same file. The bytes are kept for issues only.
CREATE TABLE rendering (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  record_id @int NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('pdf', 'docx')),
  source_sha256 TEXT NOT NULL,
  template_id @int REFERENCES paper_template (id), -- NULL: the program's own
  fonts_sha256 TEXT NOT NULL,
  sha256 TEXT NOT NULL,                         -- of the file
  size @int NOT NULL,
  pages @int NOT NULL,
  name TEXT NOT NULL,
  blob_sha256 TEXT REFERENCES blob (sha256),    -- NULL: not kept
  account_id @int REFERENCES account (id),      -- NULL: the system
  at_ms @int NOT NULL
) @strict;
CREATE INDEX rendering_by_record ON rendering (kind, record_id, id);
CREATE INDEX rendering_by_file ON rendering (sha256);
CREATE INDEX rendering_by_blob ON rendering (blob_sha256) WHERE blob_sha256 IS NOT NULL;

-- Many papers as one zip, made in the background for the one who asked. Rows are deleted after a week.
CREATE TABLE paper_batch (
  id @serial,
  account_id @int NOT NULL REFERENCES account (id),
  status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  formats TEXT NOT NULL,                        -- pdf docx, blank-separated
  total @int NOT NULL,
  done @int NOT NULL DEFAULT 0,
  error TEXT,
  name TEXT NOT NULL,
  size @int,
  sha256 TEXT REFERENCES blob (sha256),
  created_ms @int NOT NULL,
  begun @int NOT NULL DEFAULT 0,                -- how often a node took it and did not give it back
  started_ms @int,
  beat_ms @int,                                 -- last sign of life of the node that works on it
  finished_ms @int,
  version @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX paper_batch_by_account ON paper_batch (account_id, id);
CREATE INDEX paper_batch_open ON paper_batch (id) WHERE status IN ('waiting', 'running');
CREATE INDEX paper_batch_by_blob ON paper_batch (sha256) WHERE sha256 IS NOT NULL;
CREATE TABLE paper_batch_item (
  batch_id @int NOT NULL REFERENCES paper_batch (id),
  position @int NOT NULL,
  kind TEXT NOT NULL,
  record_id @int NOT NULL,
  title TEXT NOT NULL,
  file TEXT,                                    -- name in the zip once it is there
  pages @int,
  desk @int NOT NULL DEFAULT 0,                 -- made for one who read the record on the office's side
  error TEXT,
  PRIMARY KEY (batch_id, position)
) @strict;

-- Scans and photos of signed prints. Until it is filed with a record a scan is its uploader's alone.
CREATE TABLE scan (
  id @serial,
  account_id @int NOT NULL REFERENCES account (id),
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  size @int NOT NULL,
  mime TEXT NOT NULL,
  found_kind TEXT, found_id @int,               -- what its code leads to
  kind TEXT, record_id @int,                    -- filed with; NULL: not yet
  filed_by @int REFERENCES account (id),
  filed_ms @int,
  created_ms @int NOT NULL,
  version @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX scan_by_account ON scan (account_id, id) WHERE record_id IS NULL;
CREATE INDEX scan_unfiled ON scan (created_ms) WHERE record_id IS NULL;
CREATE INDEX scan_by_record ON scan (kind, record_id, id) WHERE record_id IS NOT NULL;
CREATE INDEX scan_by_blob ON scan (sha256);

-- What an issue was signed as stays on it, whatever becomes of the publication's names and of the template. NULL: made
-- by a program that did not know this; what holds now is taken then. template_id 0: the program's own.
ALTER TABLE issue ADD COLUMN publication_name TEXT;
ALTER TABLE issue ADD COLUMN issuing_office TEXT;
ALTER TABLE issue ADD COLUMN print_office TEXT;
ALTER TABLE issue ADD COLUMN template_id @int;
UPDATE issue SET publication_name = (SELECT p.name FROM publication p WHERE p.id = issue.publication_id),
  issuing_office = (SELECT p.issuing_office FROM publication p WHERE p.id = issue.publication_id),
  print_office = (SELECT p.print_office FROM publication p WHERE p.id = issue.publication_id);

INSERT INTO setting (key, value, name, kind, minimum, maximum, position) VALUES
  ('paper.font.xiaobiaosong', '', '小标宋用的字体，按先后，用逗号分隔；空为默认', 'text', 0, 400, 60),
  ('paper.font.fangsong', '', '仿宋用的字体，按先后，用逗号分隔；空为默认', 'text', 0, 400, 61),
  ('paper.font.kaiti', '', '楷体用的字体，按先后，用逗号分隔；空为默认', 'text', 0, 400, 62),
  ('paper.font.heiti', '', '黑体用的字体，按先后，用逗号分隔；空为默认', 'text', 0, 400, 63),
  ('paper.font.songti', '', '宋体用的字体，按先后，用逗号分隔；空为默认', 'text', 0, 400, 64);
