-- additive: a column that may be empty, a table and an index; who does not know them loses nothing
ALTER TABLE report ADD COLUMN next_mark TEXT;
CREATE TABLE next_note (id @serial, report_id @int NOT NULL REFERENCES report(id), body TEXT NOT NULL) @strict;
CREATE INDEX next_note_by_report ON next_note (report_id);
