-- additive
-- The addresses that the codes on this office's prints began with, so that prints from before a move are still read.
CREATE TABLE print_site (
  address TEXT PRIMARY KEY,                     -- without a slash at its end
  first_ms @int NOT NULL
) @strict;
