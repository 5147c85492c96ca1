package inspect

import (
	"kaodian/app/exam"
	"kaodian/media/measure"
)

// Measured is what the exam reads of a clip that was measured.
func Measured(r measure.Result) exam.Measurement {
	var m exam.Measurement
	fill(&m, r)
	return m
}
