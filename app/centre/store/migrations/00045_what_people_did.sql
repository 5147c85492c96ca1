-- +goose Up

-- The record of the day tells all that people did to an order. Which lines are
-- not of that kind (looks, marks) the code says, so the index has every line of
-- a person, few among those of phones and of the server.
DROP INDEX audit_interventions;

CREATE INDEX audit_people ON audit (order_id, seq) WHERE by_role IN ('staff', 'province');
