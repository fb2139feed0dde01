-- Windows of maintenance that have begun, and those that somebody made or took back. Kept for ever: time in them counts apart.
CREATE TABLE maintenance (
  id TEXT PRIMARY KEY,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  told TEXT NOT NULL CHECK (json_valid(told))
) STRICT, WITHOUT ROWID;
CREATE INDEX maintenance_until ON maintenance (until_at);
