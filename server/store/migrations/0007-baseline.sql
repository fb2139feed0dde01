-- What is usual of one phase of a series, in a form of our own: to lose it costs some hours of learning.
CREATE TABLE baseline (
  series INTEGER PRIMARY KEY REFERENCES series (id),
  since_at INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  learned BLOB NOT NULL CHECK (length(learned) <= 4096)
) STRICT;

-- Of what is slower than usual: how slow, and what is usual.
ALTER TABLE span ADD COLUMN slowness TEXT CHECK (slowness IS NULL OR json_valid(slowness));
ALTER TABLE outage ADD COLUMN slowness TEXT CHECK (slowness IS NULL OR json_valid(slowness));
