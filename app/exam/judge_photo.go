package exam

// The hard limits of a registration photo (R2).
const (
	MinPhotoBytes = 100_000
	MaxPhotoBytes = 512_000
	// MinChroma is the mean distance from grey, 0–255, that a colour photo
	// has; a scan of a grey one has some, from its paper.
	MinChroma = 4.0
	// MinSharpness is the variance of the Laplacian over the face at 112
	// pixels; below it staff should look.
	MinSharpness = 30.0
)

// The kinds of findings about a registration photo (R2).
const (
	KindPhotoFormat    = "photo_format"
	KindPhotoSize      = "photo_size"
	KindPhotoColour    = "photo_colour"
	KindPhotoFaces     = "photo_faces"
	KindPhotoSharpness = "photo_sharpness"
)

// PhotoMeasurement is what a registration photo shows, in plain numbers.
type PhotoMeasurement struct {
	Format        string // jpeg, png; "" if it is no picture that can be read
	Bytes         int64
	Width, Height int
	Chroma        float64 // mean distance from grey, 0–255
	Failed        bool    // the engine gave no answer
	Engine        string
	Reliable      bool    // the detector is one whose «no face» counts
	Faces         int     // seen in it
	Sharpness     float64 // of the one face, 0 if unknown
}

// JudgePhoto holds a registration photo against R2. A Fail is a hard limit:
// the photo is refused, the order imported as 照片待补. A Warn is for staff.
func JudgePhoto(m PhotoMeasurement) []Finding {
	findings := []Finding{
		{Kind: KindPhotoFormat, Verdict: unless(m.Format != "", Fail)},
		judgePhotoSize(m.Bytes),
	}
	if m.Format == "" {
		return findings
	}
	if m.Failed {
		return append(findings, Finding{Kind: KindPhotoFaces, Verdict: CannotTell, Note: NoteNotExamined})
	}
	findings = append(findings, Finding{
		Kind: KindPhotoColour, Verdict: unless(m.Chroma >= MinChroma, Fail),
		Value: number(m.Chroma), Limit: number(MinChroma),
	}, judgePhotoFaces(m))
	if m.Sharpness > 0 {
		findings = append(findings, Finding{
			Kind: KindPhotoSharpness, Verdict: unless(m.Sharpness >= MinSharpness, Warn),
			Value: number(m.Sharpness), Limit: number(MinSharpness), Engine: m.Engine,
		})
	}
	return findings
}

func judgePhotoSize(bytes int64) Finding {
	f := Finding{Kind: KindPhotoSize, Verdict: Pass, Unit: "bytes", Value: number(float64(bytes)), Limit: number(MaxPhotoBytes)}
	switch {
	case bytes < MinPhotoBytes:
		f.Verdict, f.Limit = Fail, number(MinPhotoBytes)
	case bytes > MaxPhotoBytes:
		f.Verdict = Fail
	}
	return f
}

func judgePhotoFaces(m PhotoMeasurement) Finding {
	f := Finding{
		Kind: KindPhotoFaces, Verdict: Pass, Engine: m.Engine,
		Value: number(float64(m.Faces)), Limit: number(1),
	}
	switch {
	case m.Faces == 1:
	case !m.Reliable:
		// The fallback detector overlooks faces and sees some that are none.
		f.Verdict, f.Note = CannotTell, NoteNoModel
	case m.Faces == 0:
		f.Verdict, f.Note = Fail, NoteNoFaceInPhoto
	default:
		f.Verdict, f.Note = Fail, NoteSeveralInPhoto
	}
	return f
}
