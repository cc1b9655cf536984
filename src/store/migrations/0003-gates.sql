-- Gates: which whole text a result was given for, and the editor's note among the texts judged.

-- Hash of the whole record's text at the time: where it is still the same, no gate needs to be hashed anew.
ALTER TABLE gate_result ADD COLUMN whole_sha256 TEXT NOT NULL DEFAULT '';

-- The editor's note is printed too: its politics and its wording are judged. A report has none.
UPDATE gate SET scope = 'title,editor_note,situation,analysis,suggestion' WHERE code IN ('politics', 'wording');

-- Urgent reports that wait: few among many.
CREATE INDEX report_urgent_open ON report (committee_id, submitted_ms, id)
  WHERE urgency <> 'normal' AND status IN ('submitted', 'in_review');
