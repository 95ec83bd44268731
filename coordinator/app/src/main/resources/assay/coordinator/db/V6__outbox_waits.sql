-- A transaction may wait a moment for something better to send in its place: an OPEN for its device's Accept. Once it was
-- claimed its content never changes, for the sender may have it.
ALTER TABLE outbox ADD COLUMN not_before timestamptz;
