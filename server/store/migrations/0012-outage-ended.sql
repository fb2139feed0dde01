-- Those of a service that touch the last days are found without a look at all that were before.
CREATE INDEX outage_ended ON outage (kind, subject, ended_at);
