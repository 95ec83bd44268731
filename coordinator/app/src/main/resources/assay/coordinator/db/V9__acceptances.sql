-- Of grade ACCEPTED: the consumer's signed word that he has the result and takes it. The device fetches it for the oracles.
CREATE TABLE acceptances (
  job_id bigint PRIMARY KEY,
  words bytea NOT NULL,
  signature bytea NOT NULL,
  received_at_ms bigint NOT NULL
);
