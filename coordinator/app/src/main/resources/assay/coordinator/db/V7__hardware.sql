-- What nodes say that they have, and what jobs ask of it, as JSON that the coordinator wrote itself. Empty: nothing.
ALTER TABLE offers ADD COLUMN hardware text NOT NULL DEFAULT '';
ALTER TABLE jobs
  ADD COLUMN hardware text NOT NULL DEFAULT '',
  ADD COLUMN cards    int NOT NULL DEFAULT 1; -- whole cards that the job takes of its node, at least 1
