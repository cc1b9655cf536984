-- additive
-- A file made for a batch is not handed out by being made, but when the zip is taken, if ever.
ALTER TABLE rendering ADD COLUMN batch_id @int;      -- made for that batch, whose row goes after a week; NULL: handed out at once
ALTER TABLE rendering ADD COLUMN taken_ms @int;      -- of one made for a batch: when its zip was first taken
CREATE INDEX rendering_by_batch ON rendering (batch_id) WHERE batch_id IS NOT NULL;
ALTER TABLE paper_batch ADD COLUMN taken_ms @int;    -- when its zip was first taken
