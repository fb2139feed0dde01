-- When Vigie went on from what was kept here: who judges results once more must forget there what it forgot.
CREATE TABLE start (
  at INTEGER PRIMARY KEY
) STRICT;
