-- What a consumer hears of a job while it lives, and what is kept of it after its end.

-- Where to tell a consumer what happens to an order; the secret signs what is told.
CREATE TABLE webhooks (
  order_hash bytea PRIMARY KEY REFERENCES jobs,
  url        text NOT NULL,
  secret     bytea NOT NULL
);

-- What is to be told, written in the transaction of what happened; claimed and retried by whichever coordinator comes.
CREATE TABLE deliveries (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_hash    bytea NOT NULL REFERENCES webhooks,
  body          text NOT NULL,
  state         text NOT NULL DEFAULT 'DUE' CHECK (state IN ('DUE', 'DONE', 'GIVEN_UP')),
  tries         int NOT NULL DEFAULT 0,
  next_at       timestamptz NOT NULL DEFAULT now(),
  answer        text
);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'DUE';
CREATE INDEX deliveries_of_order ON deliveries (order_hash, id);

-- What the job itself says, numbered by its agent from 0.
CREATE TABLE job_logs (
  job_id bigint NOT NULL,
  seq    bigint NOT NULL,
  at_ms  bigint NOT NULL,
  kind   text NOT NULL CHECK (kind IN ('stdout', 'stderr', 'metric')),
  text   text NOT NULL,
  PRIMARY KEY (job_id, seq)
);

-- Log and events as they were when the receipt was made; it names their hashes.
CREATE TABLE records (
  job_id bigint PRIMARY KEY,
  log    bytea NOT NULL,
  events bytea NOT NULL
);
