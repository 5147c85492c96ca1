-- +goose Up

-- Whether the batch holds only what happened to the order after the batch in
-- which it travels itself (R31).
ALTER TABLE batch_orders ADD COLUMN later INTEGER NOT NULL DEFAULT 0 CHECK (later IN (0, 1));
