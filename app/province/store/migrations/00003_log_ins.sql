-- +goose Up

-- Wrong log-ins of a device name the account that was tried last, so that staff
-- who open the account open the device too. Those of addresses are not kept.
ALTER TABLE login_failures ADD COLUMN account TEXT NOT NULL DEFAULT '';

DELETE FROM login_failures WHERE key LIKE 'address:%';
