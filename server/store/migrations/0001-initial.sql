-- Instants are integer epoch milliseconds and end in _at; durations are integer microseconds and end in _us.

-- What is measured: a check from a vantage point over an address family, as a whole (phase '') or one phase of it.
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  check_id TEXT NOT NULL,
  vantage TEXT NOT NULL,
  family INTEGER NOT NULL CHECK (family IN (0, 4, 6)),
  phase TEXT NOT NULL,
  UNIQUE (check_id, vantage, family, phase)
) STRICT;

-- The instant comes first in the key, so that new results go to the end of the table: twenty times cheaper to write
-- than a place for each series, and old ones leave from its beginning.
CREATE TABLE result (
  started_at INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES series (id),
  grade INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 3),
  cause TEXT,
  total_us INTEGER NOT NULL,
  phases BLOB NOT NULL,
  PRIMARY KEY (started_at, series)
) STRICT, WITHOUT ROWID;

-- No reference to result: evidence is kept for a time of its own.
CREATE TABLE evidence (
  started_at INTEGER NOT NULL,
  series INTEGER NOT NULL REFERENCES series (id),
  evidence TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  PRIMARY KEY (started_at, series)
) STRICT, WITHOUT ROWID;

-- What the judge knows of a series, with the confirmations under way.
CREATE TABLE standing (
  series INTEGER PRIMARY KEY REFERENCES series (id),
  standing TEXT NOT NULL CHECK (json_valid(standing))
) STRICT;

-- A state of a check or a service, until its next span. Kept for ever.
CREATE TABLE span (
  kind TEXT NOT NULL CHECK (kind IN ('check', 'service')),
  subject TEXT NOT NULL,
  since_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('up', 'degraded', 'down', 'unknown')),
  extent TEXT CHECK (extent IN ('partial', 'major')),
  cause TEXT,
  phase TEXT,
  evidence TEXT,
  PRIMARY KEY (kind, subject, since_at)
) STRICT, WITHOUT ROWID;

-- Kept for ever. Nothing says that an end comes after its start: the wall clock may have been set back in between.
CREATE TABLE outage (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('check', 'service')),
  subject TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('down', 'degraded')),
  started_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  cause TEXT NOT NULL,
  phase TEXT,
  evidence TEXT NOT NULL,
  ended_at INTEGER,
  ended_how TEXT CHECK (ended_how IN ('recovered', 'became-worse', 'became-better', 'withdrawn')),
  CHECK ((ended_at IS NULL) = (ended_how IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX outage_started ON outage (started_at);
CREATE UNIQUE INDEX outage_one_open ON outage (kind, subject) WHERE ended_at IS NULL;

-- What is to be told. What was told is kept as long as results are, so that it is not told twice.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  notable TEXT NOT NULL CHECK (json_valid(notable)),
  told_at INTEGER
) STRICT;
CREATE INDEX outbox_untold ON outbox (id) WHERE told_at IS NULL;

-- Signs of life that heartbeat checks received, in the order of their arrival.
CREATE TABLE ping (
  id INTEGER PRIMARY KEY,
  check_id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  signal TEXT NOT NULL CHECK (signal IN ('start', 'done', 'fail'))
) STRICT;
CREATE INDEX ping_check ON ping (check_id);
