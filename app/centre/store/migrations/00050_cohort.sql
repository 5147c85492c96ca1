-- +goose Up

-- From when on a consent allows that a photo is measured beside others' clips
-- (R25): what was agreed to before was the comparison with the own clips alone.
-- Without a row: always.
INSERT INTO settings (name, value)
SELECT 'cohort_since', CAST(answers.newest + 1 AS TEXT)
FROM (SELECT max(consent_at) AS newest FROM orders WHERE consent = 'given') AS answers
WHERE answers.newest IS NOT NULL;
