-- Sign-off: the four-eyes setting, and the way from a signer to what he signed.

INSERT INTO setting (key, value, name, kind, minimum, maximum, position) VALUES
  ('signoff.distinct_signers', '1', '同一轮审签中每人只能以本人名义签一个环节', 'flag', NULL, NULL, 34);

CREATE INDEX signoff_act_by_actor ON signoff_act (by_id, id);
