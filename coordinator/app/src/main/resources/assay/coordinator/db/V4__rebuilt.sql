-- A coordinator that begins with an empty database takes up its own orders from the chain, up to the block that was the head
-- when it began; what is younger came through it. Their specifications come back from whoever has them.
ALTER TABLE served ADD COLUMN rebuild_to bigint NOT NULL DEFAULT -1;
