-- What is told of an incident: its versions, to which is only ever added.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY,
  -- The service whose outage Vigie drafted it for.
  root TEXT,
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX incident_one_open ON incident (root) WHERE is_open = 1 AND root IS NOT NULL;

CREATE TABLE incident_version (
  incident INTEGER NOT NULL REFERENCES incident (id),
  version INTEGER NOT NULL,
  written_at INTEGER NOT NULL,
  author TEXT NOT NULL,
  entry TEXT NOT NULL CHECK (json_valid(entry) AND length(entry) <= 262144),
  PRIMARY KEY (incident, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER incident_version_next BEFORE INSERT ON incident_version
WHEN NEW.version <> 1 + (SELECT count(*) FROM incident_version WHERE incident = NEW.incident)
  OR NEW.written_at < (SELECT max(written_at) FROM incident_version WHERE incident = NEW.incident)
BEGIN SELECT RAISE(ABORT, 'it is not the next version of the incident'); END;
CREATE TRIGGER incident_version_unchanged BEFORE UPDATE ON incident_version
BEGIN SELECT RAISE(ABORT, 'a version of an incident never changes'); END;
CREATE TRIGGER incident_version_kept BEFORE DELETE ON incident_version
BEGIN SELECT RAISE(ABORT, 'a version of an incident is never deleted'); END;
