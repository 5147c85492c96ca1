package records

import (
	"slices"

	"kaodian/sync/internal/query"
	"kaodian/sync/internal/query/query1"
)

// reading is a statement that reads a table whole, column for column as
// batch.RecordsSchema has it.
type reading struct{ table, statement string }

// header reads the batch's own row, by the version of its records.
var header = map[int]string{1: query1.ListAllBatch, 2: query.ListAllBatch, 3: query.ListAllBatch}

// readings read every other table, by the version, in an order in which every
// row comes after what it refers to. Rows of an older version are read in the
// shape of the newest, so that nothing behind has to know of versions.
var readings = map[int][]reading{
	1: {
		{"subjects", query1.ListAllSubject}, {"orders", query.ListAllOrder}, {"pieces", query.ListAllPiece}, {"attempts", query.ListAllAttempt},
		{"items", query.ListAllItem}, {"clips", query.ListAllClip}, {"examinations", query1.ListAllExamination}, {"findings", query1.ListAllFinding},
		{"evidence", query1.ListAllEvidence}, {"ticks", query1.ListAllTick}, {"departures", query1.ListAllDeparture}, {"marks", query1.ListAllMark},
		{"decisions", query1.ListAllDecision}, {"facts", query.ListAllFact}, {"media", query.ListAllMedia},
	},
	2: readings2,
	3: append(slices.Clone(readings2), reading{"parcels", query.ListAllParcel}),
}

// readings2 are those of version 2; version 3 has a table more.
var readings2 = []reading{
	{"subjects", query.ListAllSubject}, {"orders", query.ListAllOrder}, {"pieces", query.ListAllPiece}, {"attempts", query.ListAllAttempt},
	{"items", query.ListAllItem}, {"clips", query.ListAllClip}, {"examinations", query.ListAllExamination}, {"findings", query.ListAllFinding},
	{"evidence", query.ListAllEvidence}, {"ticks", query.ListAllTick}, {"departures", query.ListAllDeparture}, {"marks", query.ListAllMark},
	{"decisions", query.ListAllDecision}, {"irregularities", query.ListAllIrregularity}, {"erasures", query.ListAllErasure},
	{"facts", query.ListAllFact}, {"media", query.ListAllMedia},
}
