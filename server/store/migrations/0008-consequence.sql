-- What explains an outage, as `service:network`: kind and id of the root.
ALTER TABLE outage ADD COLUMN consequence_of TEXT CHECK (consequence_of LIKE 'check:%' OR consequence_of LIKE 'service:%');
