package store

import (
	"context"
	"slices"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Checked is how examiners hold the committee's standard, for the committee.
type Checked struct {
	Standards []StandardRow
	Examiners []CheckedExaminer // by their names
	Lacking   []Lacking
}

// CheckedExaminer is one examiner's probes, the newest first.
type CheckedExaminer struct {
	Name    string
	Stopped bool
	Probes  []ProbeRow // that are finished
}

// Lacking is that there are too few standard orders of a subject that the examiner
// has not met.
type Lacking struct{ Examiner, Subject string }

// ListChecked returns what standard orders there are, and what came of them.
func (s *Store) ListChecked(ctx context.Context) (checked Checked, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rules := s.Rules()
		if checked.Standards, err = listStandards(ctx, q, rules); err != nil {
			return err
		}
		names, err := q.ListExaminerNames(ctx)
		if err != nil {
			return err
		}
		subjects, err := q.ListReviewSubjects(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			work, err := workOf(ctx, q, rules, name)
			if err != nil {
				return err
			}
			checked.Examiners = append(checked.Examiners, work.checked())
			checked.Lacking = append(checked.Lacking, work.lacking(subjects)...)
		}
		return nil
	})
	return checked, err
}

func (w work) checked() CheckedExaminer {
	one := CheckedExaminer{Name: w.examiner, Stopped: w.stopped()}
	for _, row := range w.probes {
		if !row.Finished.IsZero() && row.Kind != exam.ProbeAppeal {
			one.Probes = append(one.Probes, row)
		}
	}
	slices.SortStableFunc(one.Probes, func(a, b ProbeRow) int { return b.Finished.Compare(a.Finished) })
	return one
}

// lacking are the subjects of which there is no standard order for the examiner's next
// probe.
func (w work) lacking(subjects []string) (all []Lacking) {
	if w.rules.SeedEvery == 0 && w.rules.Qualification == 0 {
		return nil
	}
	for _, subject := range subjects {
		need := max(w.rules.QualificationLeft(w.ofSubject(subject)), min(1, w.rules.SeedEvery))
		have := len(slices.DeleteFunc(w.unmet(), func(row StandardRow) bool { return row.Subject != subject }))
		if begun := slices.ContainsFunc(w.probes, func(row ProbeRow) bool { return row.Subject == subject && !row.ended() }); begun {
			have++
		}
		if have < need {
			all = append(all, Lacking{w.examiner, subject})
		}
	}
	return all
}
