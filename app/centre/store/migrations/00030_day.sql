-- +goose Up

-- What people did to orders, few lines among many: the record of the day asks
-- for them of every order of the day. The list is the query's, word by word,
-- because SQLite takes the index only then.
CREATE INDEX audit_interventions ON audit (order_id, seq)
WHERE action IN ('extra_time', 'reopened', 'voided', 'window_moved', 'decided', 'decision_confirmed', 'decision_undone');

-- Who acted as staff on a day.
CREATE INDEX audit_staff ON audit (recorded_at, by_name) WHERE by_role = 'staff';
