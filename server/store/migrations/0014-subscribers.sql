-- Who asked to be told by mail, and of what. No other table has an address in it.
CREATE TABLE subscriber (
  -- Never given again: what was for one must not reach another.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL UNIQUE COLLATE NOCASE,
  wish TEXT NOT NULL CHECK (json_valid(wish)),
  asked_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  -- Times in a row that the address was refused for good.
  refusals INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the public page has said of which somebody is told.
CREATE TABLE bulletin (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  bulletin TEXT NOT NULL CHECK (json_valid(bulletin))
) STRICT;
CREATE INDEX bulletin_thread ON bulletin (thread);

-- A mail to one of them; without a bulletin, the one with the link that he asked for.
CREATE TABLE mailing (
  id INTEGER PRIMARY KEY,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
  bulletin INTEGER REFERENCES bulletin (id) ON DELETE CASCADE,
  decided_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why the last attempt failed: what the mail server answered, in numbers.
  evidence TEXT,
  next_at INTEGER NOT NULL DEFAULT 0,
  fate TEXT CHECK (fate IN ('delivered', 'folded', 'dead')),
  fated_at INTEGER,
  CHECK ((fate IS NULL) = (fated_at IS NULL)),
  UNIQUE (subscriber, bulletin)
) STRICT;
CREATE UNIQUE INDEX mailing_one_invitation ON mailing (subscriber) WHERE bulletin IS NULL AND fate IS NULL;
CREATE INDEX mailing_waiting ON mailing (next_at) WHERE fate IS NULL;
CREATE INDEX mailing_bulletin ON mailing (bulletin);
