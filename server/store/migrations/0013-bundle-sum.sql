-- A bit that flips on the disk is found, and not taken for a measurement. Rows that are there have no sum until they are
-- written once more.
ALTER TABLE bundle ADD COLUMN sum INTEGER;
