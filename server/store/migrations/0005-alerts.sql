-- Alerts, as the core has them. Those that are not settled are remembered at the next start.
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  opened_at INTEGER NOT NULL,
  ended_at INTEGER,
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
  alert TEXT NOT NULL CHECK (json_valid(alert))
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_opened ON alert (opened_at);
CREATE INDEX alert_unsettled ON alert (opened_at) WHERE settled = 0;

CREATE TABLE silence (
  id TEXT PRIMARY KEY,
  until_at INTEGER NOT NULL,
  ended_at INTEGER,
  silence TEXT NOT NULL CHECK (json_valid(silence))
) STRICT, WITHOUT ROWID;

-- What routes are to be told, in the order in which it was decided, and what became of it.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  route TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  message TEXT NOT NULL CHECK (json_valid(message)),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why the last attempt failed, and when the next one is due.
  evidence TEXT,
  next_at INTEGER,
  fate TEXT CHECK (fate IN ('delivered', 'folded', 'dead')),
  fated_at INTEGER,
  CHECK ((fate IS NULL) = (fated_at IS NULL))
) STRICT;
CREATE INDEX message_waiting ON message (route, id) WHERE fate IS NULL;
CREATE INDEX message_decided ON message (decided_at);
