-- Orders that are paid and wait for a node, in the turns of the one keeper's fair queue, for every coordinator to tell.
CREATE TABLE queue (
  job_id      bigint PRIMARY KEY,
  position    bigint NOT NULL,
  estimate_ms bigint NOT NULL
);
-- When its consumer stopped the order: nothing more is begun for it.
ALTER TABLE jobs ADD COLUMN stopped_at_ms bigint;
