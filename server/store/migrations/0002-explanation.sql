-- Why a check was as it was, as its server says: every minute, and at the beginning of an outage. For administrators only.
CREATE TABLE explanation (
  id INTEGER PRIMARY KEY,
  check_id TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  outage TEXT,
  sentence TEXT NOT NULL,
  explanation TEXT NOT NULL CHECK (json_valid(explanation) AND length(explanation) <= 65536)
) STRICT;
CREATE INDEX explanation_check ON explanation (check_id);
CREATE INDEX explanation_taken ON explanation (taken_at);
