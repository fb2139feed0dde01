-- What the calendar has told of each window, and since when: whoever subscribes to it hears of what changes, and of what is no
-- longer planned, whoever planned it and wherever that was written.
CREATE TABLE announcement (
  id TEXT PRIMARY KEY,
  until_at INTEGER NOT NULL,
  told TEXT NOT NULL
) STRICT;
