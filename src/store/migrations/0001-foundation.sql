-- The foundation: units, accounts, reports, the desk, articles, issues, dispatches, audit.
--
-- Conventions. Times are milliseconds since 1970 UTC (…_ms), dates are text YYYY-MM-DD (China Standard
-- Time). Flags are 0 or 1. `version` counts the edits of a row and is its ETag. Texts are checked UTF-8
-- without control characters (the gate sees to it). Rows are never deleted unless the comment says so.
-- Words replaced by the driver: @int @blob @serial @strict.

-- ---------------------------------------------------------------- units, accounts, roles

CREATE TABLE unit (
  id @serial,
  parent_id @int REFERENCES unit (id),          -- NULL: the root
  committee_id @int REFERENCES unit (id),       -- nearest unit of a committee kind, itself included; NULL only while inserting
  kind TEXT NOT NULL CHECK (kind IN ('nation', 'province', 'city', 'county', 'office', 'special_committee', 'party_group', 'department', 'work_room')),
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  position @int NOT NULL DEFAULT 0,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1,
  created_ms @int NOT NULL
) @strict;
CREATE INDEX unit_by_parent ON unit (parent_id, position, id);
CREATE INDEX unit_by_committee ON unit (committee_id, kind);

-- Closure of the tree: every unit with itself (depth 0) and with each ancestor.
CREATE TABLE unit_tree (
  ancestor_id @int NOT NULL REFERENCES unit (id),
  descendant_id @int NOT NULL REFERENCES unit (id),
  depth @int NOT NULL,
  PRIMARY KEY (ancestor_id, descendant_id)
) @strict;
CREATE INDEX unit_tree_by_descendant ON unit_tree (descendant_id, ancestor_id);

CREATE TABLE role (
  id @serial,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  builtin @int NOT NULL DEFAULT 0 CHECK (builtin IN (0, 1)),
  position @int NOT NULL DEFAULT 0,
  version @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE role_permission (
  role_id @int NOT NULL REFERENCES role (id),
  permission TEXT NOT NULL,
  PRIMARY KEY (role_id, permission)
) @strict;

CREATE TABLE account (
  id @serial,
  login TEXT NOT NULL UNIQUE,                   -- lower case; what one types to sign in
  name TEXT NOT NULL,
  unit_id @int NOT NULL REFERENCES unit (id),
  status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'disabled')),
  password_hash TEXT,                           -- argon2id; NULL until the first sign-in
  password_ms @int,
  last_signin_ms @int,
  created_ms @int NOT NULL,
  version @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX account_by_unit ON account (unit_id, id);
CREATE INDEX account_by_name ON account (name, id);

-- A role held over a unit and the units below it in the same committee.
CREATE TABLE account_role (
  account_id @int NOT NULL REFERENCES account (id),
  role_id @int NOT NULL REFERENCES role (id),
  unit_id @int NOT NULL REFERENCES unit (id),
  PRIMARY KEY (account_id, role_id, unit_id)
) @strict;

-- Derived from account_role, role_permission and unit_tree; rebuilt when they change. The one table that
-- every visibility rule asks: may this account do this over this unit?
CREATE TABLE access (
  account_id @int NOT NULL,
  permission TEXT NOT NULL,
  unit_id @int NOT NULL,
  PRIMARY KEY (account_id, permission, unit_id)
) @strict;
CREATE INDEX access_by_unit ON access (unit_id, permission, account_id);

-- Officer profile 信息员档案.
CREATE TABLE profile (
  account_id @int PRIMARY KEY REFERENCES account (id),
  post TEXT, employer TEXT, sector TEXT, party TEXT,
  standing TEXT CHECK (standing IN ('national_member', 'province_member', 'city_member', 'county_member', 'special_officer', 'key_officer', 'party_officer', 'other')),
  expertise TEXT, phone TEXT, email TEXT,
  term TEXT, appointed_from TEXT, appointed_to TEXT,
  version @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE one_time_link (
  token_hash TEXT PRIMARY KEY,
  account_id @int NOT NULL REFERENCES account (id),
  created_ms @int NOT NULL,
  expires_ms @int NOT NULL,
  used_ms @int,
  created_by @int
) @strict;
CREATE INDEX one_time_link_by_account ON one_time_link (account_id);

-- Sessions are deleted when they end.
CREATE TABLE session (
  id @serial,
  token_hash TEXT NOT NULL UNIQUE,
  account_id @int NOT NULL REFERENCES account (id),
  created_ms @int NOT NULL,
  used_ms @int NOT NULL,
  remote TEXT, agent TEXT
) @strict;
CREATE INDEX session_by_account ON session (account_id, id);

-- Failed sign-ins by hash of the name typed and by address; existing and unknown names alike. Rows expire.
CREATE TABLE signin_failure (
  key TEXT PRIMARY KEY,
  failures @int NOT NULL,
  first_ms @int NOT NULL,
  locked_until_ms @int NOT NULL
) @strict;

-- ---------------------------------------------------------------- what is local is data

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  name TEXT NOT NULL,                           -- Chinese, as on the screen
  kind TEXT NOT NULL CHECK (kind IN ('text', 'long_text', 'integer', 'flag')),
  minimum @int, maximum @int,
  position @int NOT NULL DEFAULT 0,
  version @int NOT NULL DEFAULT 1,
  updated_ms @int, updated_by @int
) @strict;

CREATE TABLE category (
  id @serial,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  position @int NOT NULL DEFAULT 0,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1
) @strict;

-- Reasons with a code: why returned, kept, redirected, or a gate overridden; `text` fills the form and may be edited there.
CREATE TABLE reason (
  id @serial,
  kind TEXT NOT NULL CHECK (kind IN ('return', 'keep', 'redirect', 'signoff_return', 'override', 'unit_return')),
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  position @int NOT NULL DEFAULT 0,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE gate (
  id @serial,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  checklist TEXT NOT NULL,                      -- one item a line
  scope TEXT NOT NULL DEFAULT 'title,situation,analysis,suggestion', -- texts it judges: an edit of these re-opens it
  position @int NOT NULL,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1
) @strict;

CREATE TABLE criterion (
  id @serial,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  weight @int NOT NULL CHECK (weight BETWEEN 1 AND 100), -- percent; the active ones sum to 100
  position @int NOT NULL,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1
) @strict;

-- ---------------------------------------------------------------- reports 来稿

CREATE TABLE report (
  id @serial,
  receipt TEXT,                                 -- 流水号 "2026-00042" of the committee; set when it is first handed in
  committee_id @int NOT NULL REFERENCES unit (id), -- addressed to
  unit_id @int NOT NULL REFERENCES unit (id),   -- the author's unit at the time
  author_id @int NOT NULL REFERENCES account (id), -- who wrote or recorded it here
  client_key TEXT,                              -- the device's own draft number: the same draft twice is one
  status TEXT NOT NULL CHECK (status IN ('draft', 'unit_signing', 'submitted', 'in_review', 'returned', 'kept', 'merged', 'redirected', 'adopted', 'published', 'closed', 'withdrawn')),
  title TEXT NOT NULL DEFAULT '', situation TEXT NOT NULL DEFAULT '', analysis TEXT NOT NULL DEFAULT '', suggestion TEXT NOT NULL DEFAULT '',
  words @int NOT NULL DEFAULT 0,                -- 字数 of the three elements, as WPS counts
  text_sha256 TEXT NOT NULL DEFAULT '',         -- hash of title and elements
  category_id @int REFERENCES category (id),
  source TEXT NOT NULL DEFAULT 'member' CHECK (source IN ('member', 'party_group', 'special_committee', 'sector', 'lower_committee', 'public', 'office', 'work_room')),
  channel TEXT NOT NULL DEFAULT 'form' CHECK (channel IN ('form', 'on_behalf', 'unit', 'import')),
  urgency TEXT NOT NULL DEFAULT 'normal' CHECK (urgency IN ('normal', 'urgent', 'express')),
  target_level TEXT NOT NULL DEFAULT 'province' CHECK (target_level IN ('national', 'province', 'city', 'county')),
  writer TEXT,                                  -- 撰稿人 when not the submitter
  name_public @int NOT NULL DEFAULT 1 CHECK (name_public IN (0, 1)),
  name_public_reason TEXT,
  suggested_recipients TEXT,
  remarks TEXT,
  decision_code TEXT, decision_text TEXT,       -- reason of the last return, keep, redirect
  assignee_id @int REFERENCES account (id),
  created_ms @int NOT NULL, updated_ms @int NOT NULL,
  submitted_ms @int, opened_ms @int, decided_ms @int, published_ms @int, closed_ms @int,
  version @int NOT NULL DEFAULT 1,
  UNIQUE (committee_id, receipt)
) @strict;
CREATE UNIQUE INDEX report_by_client_key ON report (author_id, client_key);
CREATE INDEX report_by_author ON report (author_id, id);
CREATE INDEX report_by_unit ON report (unit_id, id);
CREATE INDEX report_by_queue ON report (committee_id, status, submitted_ms, id);
CREATE INDEX report_by_committee ON report (committee_id, submitted_ms, id);
CREATE INDEX report_by_assignee ON report (assignee_id, status, submitted_ms, id);

-- 流水号 and other counters: no gap, no reuse, taken inside the act's own transaction.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,                        -- "receipt:COMMITTEE:YEAR", "issue:PUBLICATION:YEAR", "issue-total:PUBLICATION"
  value @int NOT NULL
) @strict;

CREATE TABLE report_author (
  id @serial,
  report_id @int NOT NULL REFERENCES report (id),
  position @int NOT NULL,                       -- 1: first author
  account_id @int REFERENCES account (id),      -- NULL: a person outside the system
  name TEXT NOT NULL,
  unit_name TEXT, post TEXT, standing TEXT, contact TEXT,
  UNIQUE (report_id, position)
) @strict;
CREATE INDEX report_author_by_account ON report_author (account_id, report_id);

-- The text at each submission; what the author sent stays as it was sent.
CREATE TABLE report_version (
  report_id @int NOT NULL REFERENCES report (id),
  number @int NOT NULL,
  title TEXT NOT NULL, situation TEXT NOT NULL, analysis TEXT NOT NULL, suggestion TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,
  at_ms @int NOT NULL, by_id @int NOT NULL,
  PRIMARY KEY (report_id, number)
) @strict;

-- The timeline: one sentence an act. `text` is in the author's words; `staff_text` only the desk sees.
CREATE TABLE report_event (
  id @serial,
  report_id @int NOT NULL REFERENCES report (id),
  kind TEXT NOT NULL,
  at_ms @int NOT NULL,
  actor_id @int,
  text TEXT,                                    -- NULL: not for the author
  staff_text TEXT
) @strict;
CREATE INDEX report_event_by_report ON report_event (report_id, id);

CREATE TABLE report_seen (
  report_id @int NOT NULL REFERENCES report (id),
  account_id @int NOT NULL REFERENCES account (id),
  at_ms @int NOT NULL,
  PRIMARY KEY (report_id, account_id)
) @strict;

-- Attachments by content. Chunks of at most 256 KiB; a blob without a reference is deleted.
CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  size @int NOT NULL,
  mime TEXT NOT NULL,                           -- by content, not by name
  created_ms @int NOT NULL
) @strict;
CREATE TABLE blob_chunk (
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  number @int NOT NULL,
  data @blob NOT NULL,
  PRIMARY KEY (sha256, number)
) @strict;
CREATE TABLE attachment (
  id @serial,
  report_id @int NOT NULL REFERENCES report (id),
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  size @int NOT NULL,
  mime TEXT NOT NULL,
  created_ms @int NOT NULL,
  created_by @int NOT NULL
) @strict;
CREATE INDEX attachment_by_report ON attachment (report_id, id);
CREATE INDEX attachment_by_blob ON attachment (sha256);

-- ---------------------------------------------------------------- the desk

-- Who has a record open to edit; a lease ends by itself when the heartbeat stops. Rows are deleted.
CREATE TABLE lease (
  kind TEXT NOT NULL CHECK (kind IN ('report', 'article')),
  record_id @int NOT NULL,
  account_id @int NOT NULL REFERENCES account (id),
  since_ms @int NOT NULL,
  expires_ms @int NOT NULL,
  PRIMARY KEY (kind, record_id)
) @strict;

-- Every judgement ever made; the current one of a gate is the newest row, and counts only while
-- text_sha256 equals the hash of the texts that the gate judges.
CREATE TABLE gate_result (
  id @serial,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'article')),
  record_id @int NOT NULL,
  gate_id @int NOT NULL REFERENCES gate (id),
  result TEXT NOT NULL CHECK (result IN ('pass', 'fail', 'not_applicable', 'override')),
  checked TEXT NOT NULL DEFAULT '',             -- numbers of the ticked checklist items: "1,3"
  note TEXT,
  reason_code TEXT,                             -- override only
  text_sha256 TEXT NOT NULL,
  at_ms @int NOT NULL,
  by_id @int NOT NULL REFERENCES account (id)
) @strict;
CREATE INDEX gate_result_by_record ON gate_result (kind, record_id, gate_id, id);

-- One grading by one reviewer; marks 1…5 by criterion, total 0…10000 (hundredths of a point of 100).
CREATE TABLE grading (
  id @serial,
  report_id @int NOT NULL REFERENCES report (id),
  reviewer_id @int NOT NULL REFERENCES account (id),
  total @int NOT NULL,
  grade TEXT NOT NULL CHECK (grade IN ('excellent', 'good', 'fair', 'poor')),
  note TEXT,
  text_sha256 TEXT NOT NULL,
  at_ms @int NOT NULL,
  version @int NOT NULL DEFAULT 1,
  UNIQUE (report_id, reviewer_id)
) @strict;
CREATE TABLE grading_mark (
  grading_id @int NOT NULL REFERENCES grading (id),
  criterion_id @int NOT NULL REFERENCES criterion (id),
  mark @int NOT NULL CHECK (mark BETWEEN 1 AND 5),
  PRIMARY KEY (grading_id, criterion_id)
) @strict;

-- ---------------------------------------------------------------- articles 稿件, publications, sign-off

CREATE TABLE publication (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,                           -- the red head
  kind TEXT NOT NULL CHECK (kind IN ('submit', 'forward')),
  number_format TEXT NOT NULL,                  -- {year} {number} {total}
  issuing_office TEXT NOT NULL,
  print_office TEXT NOT NULL,                   -- 印发机关
  copies @int NOT NULL DEFAULT 30,
  position @int NOT NULL DEFAULT 0,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1,
  UNIQUE (committee_id, code)
) @strict;

-- The chain: at step POSITION any holder of ROLE over the committee (or his delegate) signs.
CREATE TABLE signoff_step (
  id @serial,
  publication_id @int NOT NULL REFERENCES publication (id),
  position @int NOT NULL,
  name TEXT NOT NULL,                           -- 处长复审
  role_id @int NOT NULL REFERENCES role (id),
  UNIQUE (publication_id, position)
) @strict;

CREATE TABLE article (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  publication_id @int NOT NULL REFERENCES publication (id),
  status TEXT NOT NULL CHECK (status IN ('editing', 'in_signoff', 'signed', 'withdrawn')),
  title TEXT NOT NULL, editor_note TEXT NOT NULL DEFAULT '',
  situation TEXT NOT NULL, analysis TEXT NOT NULL, suggestion TEXT NOT NULL,
  words @int NOT NULL DEFAULT 0,
  text_sha256 TEXT NOT NULL,
  step @int,                                    -- position of the chain now due; NULL unless in_signoff
  round @int NOT NULL DEFAULT 0,                -- how often sent to sign-off
  editor_id @int NOT NULL REFERENCES account (id),
  created_ms @int NOT NULL, updated_ms @int NOT NULL,
  version @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX article_by_committee ON article (committee_id, status, updated_ms, id);
CREATE INDEX article_by_updated ON article (committee_id, updated_ms, id);

CREATE TABLE article_source (
  article_id @int NOT NULL REFERENCES article (id),
  report_id @int NOT NULL REFERENCES report (id),
  position @int NOT NULL,
  PRIMARY KEY (article_id, report_id)
) @strict;
CREATE INDEX article_source_by_report ON article_source (report_id);

CREATE TABLE article_version (
  article_id @int NOT NULL REFERENCES article (id),
  number @int NOT NULL,
  title TEXT NOT NULL, editor_note TEXT NOT NULL, situation TEXT NOT NULL, analysis TEXT NOT NULL, suggestion TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,
  reason TEXT NOT NULL,                         -- adopt, edit, sign (edited while signing)
  at_ms @int NOT NULL,
  by_id @int NOT NULL REFERENCES account (id),
  PRIMARY KEY (article_id, number)
) @strict;

CREATE TABLE signoff_act (
  id @serial,
  article_id @int NOT NULL REFERENCES article (id),
  round @int NOT NULL,
  step @int NOT NULL,                           -- 0: sent to sign-off by the editor
  step_name TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('send', 'sign', 'edit_sign', 'return', 'recall')),
  note TEXT,
  reason_code TEXT,
  text_sha256 TEXT NOT NULL,
  at_ms @int NOT NULL,
  by_id @int NOT NULL REFERENCES account (id),
  for_id @int REFERENCES account (id)           -- signed as delegate of
) @strict;
CREATE INDEX signoff_act_by_article ON signoff_act (article_id, id);

CREATE TABLE delegation (
  id @serial,
  from_id @int NOT NULL REFERENCES account (id),
  to_id @int NOT NULL REFERENCES account (id),
  starts_ms @int NOT NULL,
  ends_ms @int NOT NULL,
  ended_ms @int,
  note TEXT,
  CHECK (from_id <> to_id AND starts_ms < ends_ms)
) @strict;
CREATE INDEX delegation_by_to ON delegation (to_id, ends_ms);
CREATE INDEX delegation_by_from ON delegation (from_id, ends_ms);

-- ---------------------------------------------------------------- issues 期, dispatches 报送/转送, answers

CREATE TABLE issue (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  publication_id @int NOT NULL REFERENCES publication (id),
  article_id @int NOT NULL REFERENCES article (id),
  article_version @int NOT NULL,                -- the text that was signed
  year @int NOT NULL,
  number @int NOT NULL,
  total @int NOT NULL,                          -- 总第…期
  number_text TEXT NOT NULL,                    -- as printed
  title TEXT NOT NULL,
  signer_id @int NOT NULL REFERENCES account (id),
  signer_name TEXT NOT NULL, editor_name TEXT NOT NULL, reviewer_name TEXT NOT NULL,
  issued_on TEXT NOT NULL,                      -- date printed in the head
  copies @int NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('signed', 'dispatched', 'void')),
  void_reason TEXT,
  signed_ms @int NOT NULL,
  version @int NOT NULL DEFAULT 1,
  UNIQUE (publication_id, year, number),
  UNIQUE (publication_id, total)
) @strict;
-- A void issue keeps its row and its number; its article may be signed again.
CREATE UNIQUE INDEX issue_by_article ON issue (article_id) WHERE status <> 'void';
CREATE INDEX issue_by_committee ON issue (committee_id, signed_ms, id);
CREATE INDEX issue_by_signed ON issue (signed_ms, id);

-- The address book: leaders, departments, upper committees.
CREATE TABLE recipient (
  id @serial,
  committee_id @int NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL CHECK (kind IN ('leader', 'department', 'upper')),
  name TEXT NOT NULL,
  rank TEXT CHECK (rank IN ('nation', 'province', 'department', 'city', 'county')),
  unit_id @int REFERENCES unit (id),            -- whose handlers see what is sent to it
  position @int NOT NULL DEFAULT 0,
  active @int NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version @int NOT NULL DEFAULT 1,
  UNIQUE (committee_id, name)
) @strict;

-- Rows not yet sent are deleted when the recipient is taken off again or the issue becomes void.
CREATE TABLE dispatch (
  id @serial,
  issue_id @int NOT NULL REFERENCES issue (id),
  committee_id @int NOT NULL REFERENCES unit (id),
  recipient_id @int NOT NULL REFERENCES recipient (id),
  unit_id @int REFERENCES unit (id),            -- of the recipient, at the time
  kind TEXT NOT NULL CHECK (kind IN ('main', 'copy')), -- 主送, 抄送
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'received', 'answered', 'closed')),
  sent_ms @int, received_ms @int, answered_ms @int, closed_ms @int,
  due_on TEXT,
  answer_result TEXT CHECK (answer_result IN ('A', 'B', 'C')),
  answer_text TEXT,
  answered_by @int REFERENCES account (id),
  contact TEXT,                                 -- 承办人及电话, given by the department
  version @int NOT NULL DEFAULT 1,
  UNIQUE (issue_id, recipient_id)
) @strict;
CREATE INDEX dispatch_by_committee ON dispatch (committee_id, status, id);
CREATE INDEX dispatch_by_unit ON dispatch (unit_id, status, id);
CREATE INDEX dispatch_by_issue ON dispatch (issue_id, id);

-- 批示: leader, rank, date, text.
CREATE TABLE instruction (
  id @serial,
  issue_id @int NOT NULL REFERENCES issue (id),
  committee_id @int NOT NULL REFERENCES unit (id),
  recipient_id @int REFERENCES recipient (id),
  leader TEXT NOT NULL,
  rank TEXT NOT NULL CHECK (rank IN ('nation', 'province', 'department', 'city', 'county')),
  dated_on TEXT NOT NULL,
  text TEXT NOT NULL,
  shown_to_author @int NOT NULL DEFAULT 0 CHECK (shown_to_author IN (0, 1)),
  at_ms @int NOT NULL,
  by_id @int NOT NULL REFERENCES account (id),
  version @int NOT NULL DEFAULT 1
) @strict;
CREATE INDEX instruction_by_issue ON instruction (issue_id, id);

-- The author's rating of an answer; one per author and dispatch.
CREATE TABLE rating (
  dispatch_id @int NOT NULL REFERENCES dispatch (id),
  account_id @int NOT NULL REFERENCES account (id),
  rating TEXT NOT NULL CHECK (rating IN ('satisfied', 'mostly', 'unsatisfied')),
  note TEXT,
  at_ms @int NOT NULL,
  PRIMARY KEY (dispatch_id, account_id)
) @strict;

-- ---------------------------------------------------------------- notices, audit, idempotency

CREATE TABLE notice (
  id @serial,
  account_id @int NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',
  link TEXT NOT NULL,                           -- page address inside the app: "/reports/12"
  created_ms @int NOT NULL,
  read_ms @int
) @strict;
CREATE INDEX notice_by_account ON notice (account_id, id);
CREATE INDEX notice_unread ON notice (account_id) WHERE read_ms IS NULL;

-- Append-only hash chain. `hash` covers the row and prev_hash; never the erasable text itself, only hashes of it.
CREATE TABLE audit (
  id @serial,
  at_ms @int NOT NULL,
  actor_id @int NOT NULL,                       -- 0: the system, or nobody
  act TEXT NOT NULL,                            -- "report.submit"
  subject_kind TEXT NOT NULL,
  subject_id @int NOT NULL,
  detail TEXT NOT NULL,                         -- short facts: codes, numbers, hashes
  remote TEXT NOT NULL,
  request_id TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) @strict;
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id, id);
CREATE INDEX audit_by_actor ON audit (actor_id, id);
CREATE INDEX audit_by_act ON audit (act, id);

-- Answers to creating requests, for the same request sent twice. Rows older than a day are deleted.
CREATE TABLE idempotency (
  account_id @int NOT NULL,
  key TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  status @int NOT NULL,
  reply TEXT NOT NULL,
  created_ms @int NOT NULL,
  PRIMARY KEY (account_id, key)
) @strict;
CREATE INDEX idempotency_by_age ON idempotency (created_ms);
