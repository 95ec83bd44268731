-- What the coordinator must not forget. Amounts are token base units, *_at_ms wall-clock milliseconds of this machine (for
-- people only), *_at_s and deadlines chain time in seconds. Job ids are 64 unsigned bits in a signed column.

CREATE TABLE jobs (
  order_hash        bytea PRIMARY KEY CHECK (length(order_hash) = 32),
  consumer          bytea NOT NULL CHECK (length(consumer) = 20),
  order_words       bytea NOT NULL,
  spec              bytea NOT NULL,
  valid_after       bigint NOT NULL,
  valid_before      bigint NOT NULL,
  payment_signature bytea NOT NULL,
  attempt           int NOT NULL,          -- the current one, from 1
  created_at_ms     bigint NOT NULL
);
CREATE INDEX jobs_by_consumer ON jobs (consumer, created_at_ms DESC);
CREATE INDEX jobs_by_age ON jobs (created_at_ms DESC);

CREATE TABLE inputs (
  order_hash bytea PRIMARY KEY REFERENCES jobs,
  bytes      bytea NOT NULL
);

-- One row an attempt. All chain_* columns are derived from chain_events and rebuilt from them after a reorganisation.
CREATE TABLE attempts (
  job_id          bigint PRIMARY KEY,
  order_hash      bytea NOT NULL REFERENCES jobs,
  attempt         int NOT NULL,
  offer_hash      bytea,                    -- chosen by us, or joined on chain
  device          bytea,
  chain_state     smallint NOT NULL,        -- numbers of docs/PROTOCOL.md section 2
  chain_deadline_s bigint NOT NULL DEFAULT 0,
  chain_amount    numeric(39) NOT NULL DEFAULT 0,
  chain_epoch     bigint NOT NULL DEFAULT 0,
  chain_block     bigint NOT NULL DEFAULT 0,
  verdict_code    smallint NOT NULL DEFAULT 0,
  paid            numeric(39) NOT NULL DEFAULT 0,
  refunded        numeric(39) NOT NULL DEFAULT 0,
  report_tx       text,
  slashed         boolean NOT NULL DEFAULT false,
  settled         boolean NOT NULL DEFAULT false, -- nothing is left for the keeper to do
  unplaced        text,                     -- why it has no offer, where it has none and will get none
  UNIQUE (order_hash, attempt)
);
CREATE INDEX attempts_open ON attempts (job_id) WHERE NOT settled;
CREATE INDEX attempts_by_device ON attempts (device) WHERE NOT settled;

CREATE TABLE chain_events (
  block      bigint NOT NULL,
  log_index  int NOT NULL,
  block_hash text NOT NULL,
  tx_hash    text NOT NULL,
  at_s       bigint NOT NULL,
  job_id     bigint NOT NULL,
  name       text NOT NULL,
  members    jsonb NOT NULL,
  PRIMARY KEY (block, log_index)
);
CREATE INDEX chain_events_of_job ON chain_events (job_id, block, log_index);

-- What we and the agents say about a job; hints for the time line, never a base of decisions.
CREATE TABLE notes (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint NOT NULL,
  at_ms  bigint NOT NULL,
  source text NOT NULL,                     -- coordinator or agent
  phase  text NOT NULL,
  text   text NOT NULL
);
CREATE INDEX notes_of_job ON notes (job_id, id);

CREATE TABLE offers (
  offer_hash  bytea PRIMARY KEY,
  device      bytea NOT NULL UNIQUE,        -- an offer with a higher nonce replaces the device's earlier one
  words       bytea NOT NULL,
  signature   bytea NOT NULL,
  name        text NOT NULL,
  models      bytea[] NOT NULL,
  nonce       numeric(20) NOT NULL,
  expiry_s    bigint NOT NULL,
  received_at_ms bigint NOT NULL
);

-- The signed offer as it was when an attempt joined it: the receipt needs it long after it was replaced.
CREATE TABLE joined_offers (
  offer_hash bytea PRIMARY KEY,
  words      bytea NOT NULL,
  signature  bytea NOT NULL
);

-- Transactions that we owe. A row is written with the decision; the sender's own journal sends each key once.
CREATE TABLE outbox (
  key         text PRIMARY KEY,
  kind        text NOT NULL,
  job_id      bigint NOT NULL,
  target      bytea NOT NULL,
  calldata    bytea NOT NULL,
  state       text NOT NULL CHECK (state IN ('DUE', 'DONE', 'FAILED')),
  tx_hash     text,
  reason      text,
  created_at_ms bigint NOT NULL,
  done_at_ms  bigint
);
CREATE INDEX outbox_due ON outbox (created_at_ms) WHERE state = 'DUE';
CREATE INDEX outbox_of_job ON outbox (job_id);

CREATE TABLE results (
  job_id           bigint PRIMARY KEY,
  ciphertext_root  bytea NOT NULL,
  ciphertext       bytea NOT NULL,
  commit_words     bytea NOT NULL,
  commit_signature bytea NOT NULL,
  received_at_ms   bigint NOT NULL
);

CREATE TABLE receipts (
  job_id bigint PRIMARY KEY,
  json   bytea NOT NULL
);

CREATE TABLE follower_block (
  follower text NOT NULL,
  number   bigint NOT NULL,
  hash     text NOT NULL,
  PRIMARY KEY (follower, number)
);
