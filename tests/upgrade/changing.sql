-- Changes what rows mean: a program that does not know it must not begin to work with the database.
ALTER TABLE next_note ADD COLUMN weight @int NOT NULL DEFAULT 1;
UPDATE next_note SET weight = 2;
