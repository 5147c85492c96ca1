-- +goose Up

-- For an order in the batch in which it travels: that batch and the later ones
-- of its centre that tell of it (R31), in the order in which they were taken in.
CREATE VIEW told_in AS
SELECT
  orders.batch,
  orders.id AS order_id,
  subjects.batch AS told
FROM orders
JOIN batches AS home ON home.number = orders.batch
JOIN subjects
  ON subjects.order_id = orders.id
  AND subjects.install = home.install
  AND subjects.sequence = home.sequence
JOIN batches AS later
  ON later.number = subjects.batch
  AND later.centre = home.centre
WHERE later.set_aside_at IS NULL OR later.number = home.number;
