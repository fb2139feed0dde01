-- What a series, or one of its phases, was like in five minutes (tier 0), an hour (1) or a day of UTC (2) after the other:
-- some of them in one row, from `from_at` on.
CREATE TABLE bundle (
  tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
  series INTEGER NOT NULL REFERENCES series (id),
  from_at INTEGER NOT NULL,
  buckets BLOB NOT NULL,
  PRIMARY KEY (tier, series, from_at)
) STRICT, WITHOUT ROWID;

-- They were a row each, which no Vigie that was released wrote. All that there are results of is rolled up once more.
DROP TABLE roll_up;
DELETE FROM reopened;
DELETE FROM rolled_up;
