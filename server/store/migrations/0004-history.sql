-- An hour of results of one series, compressed. The same result is never both here and in the table of results.
CREATE TABLE sealed (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (id),
  hour_at INTEGER NOT NULL,
  block BLOB NOT NULL,
  UNIQUE (series, hour_at)
) STRICT;
CREATE INDEX sealed_hour ON sealed (hour_at);

-- What a series, or one of its phases, was like in five minutes (tier 0), an hour (1) or a day of UTC (2) from `from_at` on.
CREATE TABLE roll_up (
  tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
  series INTEGER NOT NULL REFERENCES series (id),
  from_at INTEGER NOT NULL,
  good INTEGER NOT NULL,
  poor INTEGER NOT NULL,
  bad INTEGER NOT NULL,
  invalid INTEGER NOT NULL,
  sum_us INTEGER NOT NULL,
  min_us INTEGER,
  max_us INTEGER NOT NULL,
  sketch BLOB NOT NULL,
  PRIMARY KEY (tier, series, from_at)
) STRICT, WITHOUT ROWID;

-- Up to where results are rolled up, and where some came after that.
CREATE TABLE rolled_up (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  until_at INTEGER NOT NULL
) STRICT;
CREATE TABLE reopened (from_at INTEGER PRIMARY KEY) STRICT;
