-- A committee's dispatches from new to old, whatever their status.
CREATE INDEX dispatch_newest ON dispatch (committee_id, id);
