-- Rows of records.sqlite, as the province reads them. Nobody judged them yet
-- where they are read whole.

-- name: ListAllBatch :many
SELECT * FROM batch;

-- name: ListMedia :many
SELECT * FROM media LIMIT ?;

-- name: ListAllSubject :many
SELECT * FROM subjects;

-- name: ListAllOrder :many
SELECT * FROM orders;

-- name: ListAllPiece :many
SELECT * FROM pieces;

-- name: ListAllAttempt :many
SELECT * FROM attempts;

-- name: ListAllItem :many
SELECT * FROM items;

-- name: ListAllClip :many
SELECT * FROM clips;

-- name: ListAllExamination :many
SELECT * FROM examinations;

-- name: ListAllFinding :many
SELECT * FROM findings;

-- name: ListAllEvidence :many
SELECT * FROM evidence;

-- name: ListAllTick :many
SELECT * FROM ticks;

-- name: ListAllDeparture :many
SELECT * FROM departures;

-- name: ListAllMark :many
SELECT * FROM marks;

-- name: ListAllDecision :many
SELECT * FROM decisions;

-- name: ListAllIrregularity :many
SELECT * FROM irregularities;

-- name: ListAllErasure :many
SELECT * FROM erasures;

-- name: ListAllFact :many
SELECT * FROM facts;

-- name: ListAllParcel :many
SELECT * FROM parcels;

-- name: ListAllMedia :many
SELECT * FROM media;
