-- What unpaid quotes hold, for the books of all coordinators. By the database's clock; a row that is gone was paid or gave way.
CREATE TABLE quotes (
  digest   bytea PRIMARY KEY,
  device   bytea NOT NULL,
  holder   text NOT NULL,
  places   int NOT NULL,
  until_at timestamptz NOT NULL
);
CREATE INDEX quotes_end ON quotes (until_at);
