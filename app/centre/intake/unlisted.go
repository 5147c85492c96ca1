package intake

import (
	"context"

	"kaodian/app/roster"
)

// warnUnlisted warns of orders that the syllabus has no row for: their exam
// would consist of their pieces alone. Without any syllabus that is told once,
// else for every row. The places are those of the rows.
func (i *Intake) warnUnlisted(ctx context.Context, rows []roster.Row, places []int) (problems []roster.Problem, err error) {
	if len(places) == 0 {
		return nil, nil
	}
	has, err := i.Store.HasSyllabus(ctx)
	switch {
	case err != nil:
		return nil, err
	case !has:
		return []roster.Problem{{Code: roster.SyllabusNone, Args: map[string]any{"count": len(places)}, Warning: true}}, nil
	}
	for _, place := range places {
		row := rows[place]
		problems = append(problems, roster.Problem{Row: row.Number, Column: "grade", Code: roster.SyllabusLacks, Warning: true, Args: map[string]any{
			"subject": row.Registration.Subject, "grade": row.Registration.Grade,
		}})
	}
	return problems, nil
}
