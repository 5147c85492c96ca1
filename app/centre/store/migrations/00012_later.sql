-- +goose Up

-- The audit log's last line that the batch holds of the order. What happened
-- to the order after that line is a later fact (R31), which a later batch
-- carries: its lines here, and with their own times its marks and decisions.
ALTER TABLE batch_orders ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;

UPDATE batch_orders
SET seen = coalesce((
  SELECT max(audit.seq)
  FROM audit
  WHERE audit.order_id = batch_orders.order_id AND audit.action = 'sealed'
), 0);
