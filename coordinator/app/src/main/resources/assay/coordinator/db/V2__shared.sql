-- Several coordinators on one database. Times of leases and claims are the database's own clock.

-- Who does what only one may do at a time. A new holder has a higher fence; every transaction of a holder locks its row
-- with the fence that it was given, so that one that was taken over cannot commit any more, however late it wakes up.
CREATE TABLE leases (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  fence      bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Who serves this database: its Orders name one matcher, on one chain.
CREATE TABLE served (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  chain_id bigint NOT NULL,
  market   bytea NOT NULL,
  matcher  bytea NOT NULL
);

-- A due transaction is claimed for a while; the claim's number fences its consequences.
ALTER TABLE outbox
  ADD COLUMN claim         bigint NOT NULL DEFAULT 0,
  ADD COLUMN claimed_by    text,
  ADD COLUMN claimed_until timestamptz;

-- The journal of contracts/client's TransactionSender.
CREATE TABLE tx_sender (
  sender   text PRIMARY KEY,
  chain_id bigint NOT NULL,
  genesis  text NOT NULL
);
CREATE TABLE tx_intent (
  turn         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sender       text NOT NULL REFERENCES tx_sender,
  id           text NOT NULL,
  content      text NOT NULL,
  recipient    text,
  value_wei    text NOT NULL,
  data         text NOT NULL,
  gas_asked    bigint NOT NULL,
  state        text NOT NULL,
  nonce        bigint,
  gas_limit    bigint NOT NULL DEFAULT 0,
  mined_hash   text,
  block_number bigint,
  block_hash   text,
  succeeded    smallint,
  reason_name  text,
  reason_args  text,
  reason_data  text,
  UNIQUE (sender, id),
  UNIQUE (sender, nonce)
);
CREATE INDEX tx_intent_open ON tx_intent (sender, state, nonce) WHERE state IN ('QUEUED', 'SENT', 'MINED');
CREATE TABLE tx_attempt (
  hash         text PRIMARY KEY,
  turn         bigint NOT NULL REFERENCES tx_intent,
  raw          text NOT NULL,
  priority_fee text NOT NULL,
  max_fee      text NOT NULL,
  signed_at_ms bigint NOT NULL
);
CREATE INDEX tx_attempt_turn ON tx_attempt (turn);

-- Each coordinator keeps the offers in memory; whoever changes them tells the others.
CREATE FUNCTION tell_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM pg_notify('assay', 'offer ' || encode(OLD.device, 'hex'));
  ELSE
    PERFORM pg_notify('assay', 'offer ' || encode(NEW.device, 'hex'));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER offers_told AFTER INSERT OR UPDATE OR DELETE ON offers FOR EACH ROW EXECUTE FUNCTION tell_offer();
