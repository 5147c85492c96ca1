package store

import (
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// forgetFaces removes what was found of the candidate's face, and the frames that
// show it, once face recognition is not allowed any more: the desk's way takes its
// place, and nothing else changes (R25). What an examination that goes on finds
// later is not written down either (allowed).
func (c *change) forgetFaces(before, after exam.Order) error {
	if before.Consent.Answer != exam.ConsentGiven || after.Consent.Answer == exam.ConsentGiven {
		return nil
	}
	clips, err := c.ListClipIDsOfOrder(c.ctx, after.ID)
	if err != nil {
		return err
	}
	for _, clip := range clips {
		if err := c.forgetFace(clip, after.Consent.Answer); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) forgetFace(clipID string, answer exam.ConsentAnswer) error {
	found, err := loader{Queries: c.Queries, zone: c.rules.Location}.findings(c.ctx, clipID)
	if err != nil {
		return err
	}
	kept := exam.UnderConsent(found, answer)
	if exam.SameFindings(kept, found) {
		return nil
	}
	if err := c.saveFindings(clipID, kept); err != nil {
		return err
	}
	hints, good, err := listed(exam.Hints(kept), exam.Good(kept))
	if err != nil {
		return err
	}
	if err := c.RecordFindingsAnew(c.ctx, query.RecordFindingsAnewParams{Hints: hints, Good: good, ExaminedAt: new(c.now.UnixMilli()), ID: clipID}); err != nil {
		return err
	}
	return c.trashFrames(found)
}

// trashFrames lets go of the frames of findings that no clip needs any more.
func (c *change) trashFrames(findings []exam.Finding) error {
	for _, f := range findings {
		for _, e := range f.Evidence {
			if err := c.trashFrame(e.Frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// allowed leaves out of an examination's findings what is said of a face when the
// candidate withdrew the consent under which it began.
func (c *change) allowed(clipID string, findings []exam.Finding) (kept []exam.Finding, err error) {
	answer, err := c.FindConsentOfClip(c.ctx, clipID)
	if err != nil {
		return findings, err
	}
	return exam.UnderConsent(findings, exam.ConsentAnswer(answer)), nil
}
