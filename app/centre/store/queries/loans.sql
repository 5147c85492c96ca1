-- name: ListLoanPhones :many
SELECT * FROM loan_phones WHERE retired_at IS NULL ORDER BY added_at, id;

-- name: FindLoanPhone :one
SELECT * FROM loan_phones WHERE id = ?;

-- name: CountLoanPhonesNamed :one
SELECT count(*) FROM loan_phones WHERE name = ? AND id <> ? AND retired_at IS NULL;

-- name: FindLoanPhoneOfDevice :one
-- The one that the browser is now, else one that it was.
SELECT * FROM loan_phones WHERE device = ? AND device <> '' ORDER BY retired_at IS NOT NULL, added_at DESC LIMIT 1;

-- name: FindLoanPhoneOfLink :one
SELECT * FROM loan_phones WHERE link = ? AND link <> '';

-- name: InsertLoanPhone :exec
INSERT INTO loan_phones (id, name, added_at) VALUES (?, ?, ?);

-- name: RenameLoanPhone :exec
UPDATE loan_phones SET name = ? WHERE id = ?;

-- name: RetireLoanPhone :exec
UPDATE loan_phones SET retired_at = ?, link = '' WHERE id = ?;

-- name: LinkLoanPhone :exec
UPDATE loan_phones SET link = ?, link_expires_at = ? WHERE id = ?;

-- name: BindLoanPhone :exec
UPDATE loan_phones SET device = ?, bound_at = ?, link_expires_at = NULL WHERE id = ?;

-- name: InsertLoan :exec
INSERT INTO loans (id, phone_id, order_id, state, begun_at, begun_by) VALUES (?, ?, ?, 'checking', ?, ?);

-- name: FindLoan :one
SELECT * FROM loans WHERE id = ?;

-- name: FindOpenLoan :one
-- Of a phone.
SELECT * FROM loans WHERE phone_id = ? AND state <> 'over';

-- name: FindLoanOfOrder :one
-- The phone on which the order is, with its loan.
SELECT loans.id, loans.phone_id, loan_phones.name
FROM loans
JOIN loan_phones ON loan_phones.id = loans.phone_id
WHERE loans.order_id = ? AND loans.state <> 'over' AND loans.forced_at IS NULL;

-- name: ListLastLoans :many
-- The last loan of every phone, with whose it is.
SELECT sqlc.embed(loans), orders.name, orders.ticket
FROM loans
JOIN orders ON orders.id = loans.order_id
WHERE loans.rowid = (SELECT max(other.rowid) FROM loans AS other WHERE other.phone_id = loans.phone_id);

-- name: SetLoanCheck :exec
UPDATE loans SET parts = ?, checked_at = ? WHERE id = ?;

-- name: SetLoanOut :exec
UPDATE loans SET state = 'out', out_at = ?, out_reason = ? WHERE id = ?;

-- name: SetLoanHeld :exec
UPDATE loans SET held = ? WHERE id = ?;

-- name: AskLoanBack :exec
UPDATE loans SET state = 'returning', asked_at = ?, asked_by = ? WHERE id = ?;

-- name: RefuseLoanBack :exec
UPDATE loans SET state = CASE WHEN out_at IS NULL THEN 'checking' ELSE 'out' END WHERE id = ?;

-- name: ForceLoan :exec
UPDATE loans SET forced_at = ?, forced_by = ?, forced_for = ? WHERE id = ?;

-- name: EndLoan :exec
UPDATE loans SET state = 'over' WHERE id = ?;

-- name: ClearLoan :exec
UPDATE loans SET state = 'over', cleared_at = ?, removed = ? WHERE id = ?;

-- name: CountHeldClip :one
-- Whether an attempt of which a video can still come is without this one.
SELECT count(*)
FROM attempts
WHERE attempts.id = sqlc.arg(attempt)
  AND attempts.practice = 0
  AND attempts.state IN ('running', 'auto_submitted')
  AND NOT EXISTS (
    SELECT 1
    FROM clips
    WHERE clips.attempt_id = attempts.id
      AND clips.name = sqlc.arg(name)
      AND clips.size = sqlc.arg(size)
  );

-- name: CountDeviceSessions :one
SELECT count(*) FROM sessions WHERE device = ? AND kind = 'candidate' AND expires_at > ?;

-- name: DeleteDeviceSessions :execrows
DELETE FROM sessions WHERE device = ? AND kind = ?;

-- name: CountLentDevice :one
-- Whether the browser is a loan phone that is lent (R4).
SELECT count(*)
FROM loan_phones
JOIN loans ON loans.phone_id = loan_phones.id
WHERE loan_phones.device = ? AND loan_phones.retired_at IS NULL AND loans.state = 'out';
