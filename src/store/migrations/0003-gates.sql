-- The desk: which whole text a gate's result was given for, the editor's note among the texts judged, and indexes.

-- Hash of the whole record's text at the time: where it is still the same, no gate needs to be hashed anew.
ALTER TABLE gate_result ADD COLUMN whole_sha256 TEXT NOT NULL DEFAULT '';

-- The editor's note is printed too: its politics and its wording are judged. A report has none.
UPDATE gate SET scope = 'title,editor_note,situation,analysis,suggestion' WHERE code IN ('politics', 'wording');

-- Urgent reports that wait: few among many.
CREATE INDEX report_urgent ON report (committee_id, status, submitted_ms, id) WHERE urgency <> 'normal';

-- Who holds a role: the few signers among the many accounts.
CREATE INDEX account_role_by_role ON account_role (role_id, unit_id, account_id);
