-- +goose Up

-- What the province's lists told a centre to examine, a row for each order of a
-- published list: from it the desk tells what is still to come. It names no person.
-- day is the window's last, in the zone that the list was read in.
CREATE TABLE expected (
  centre TEXT NOT NULL,
  ticket TEXT NOT NULL,
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  subject TEXT NOT NULL,
  grade INTEGER NOT NULL,
  window_opens INTEGER NOT NULL,
  window_closes INTEGER NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (centre, ticket, install, sequence),
  FOREIGN KEY (centre, install, sequence) REFERENCES published (centre, install, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX orders_ticket ON orders (ticket);

-- Which of them count: of a ticket the newest list that its centre did not refuse,
-- and that somebody can still answer or has taken in.
CREATE VIEW standing AS
SELECT centre, ticket, subject, grade, window_opens, window_closes, day, received
FROM (
  SELECT
    expected.centre,
    expected.ticket,
    expected.subject,
    expected.grade,
    expected.window_opens,
    expected.window_closes,
    expected.day,
    EXISTS(
      SELECT 1 FROM orders
      JOIN batches ON batches.number = orders.batch
      WHERE orders.ticket = expected.ticket
        AND batches.centre = expected.centre
        AND batches.set_aside_at IS NULL
    ) AS received,
    row_number() OVER (PARTITION BY expected.centre, expected.ticket ORDER BY published.made_at DESC, expected.sequence DESC) AS place
  FROM expected
  JOIN published
    ON published.centre = expected.centre
    AND published.install = expected.install
    AND published.sequence = expected.sequence
  JOIN installs ON installs.centre = published.centre AND installs.install = published.install
  WHERE NOT EXISTS (
      SELECT 1 FROM parcels
      JOIN batches ON batches.number = parcels.batch
      WHERE parcels.install = published.install
        AND parcels.sequence = published.sequence
        AND parcels.manifest_sha256 = published.manifest_sha256
        AND parcels.outcome = 'refused'
        AND batches.centre = published.centre
        AND batches.set_aside_at IS NULL
    )
    AND (
      installs.revoked_at IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM installs AS newer
        WHERE newer.centre = installs.centre
          AND newer.revoked_at IS NULL
          AND newer.enrolled_at > installs.enrolled_at
      )
      OR EXISTS (
        SELECT 1 FROM parcels
        JOIN batches ON batches.number = parcels.batch
        WHERE parcels.install = published.install
          AND parcels.sequence = published.sequence
          AND parcels.manifest_sha256 = published.manifest_sha256
          AND parcels.outcome = 'taken'
          AND batches.centre = published.centre
          AND batches.set_aside_at IS NULL
      )
    )
)
WHERE place = 1;
