package webtest

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Personal is what nobody but the desk may learn of FinalOrder's candidate (R21).
var Personal = map[string]string{
	"pinyin": "Zhuge Xiaohuan", "ID number": "370102201605060088", "phone": "13912345678",
	"address": "历下区某路九号", "ticket": "TICKET-77", "another order": "古筝",
}

// SecretName is the name of FinalOrder's candidate.
const SecretName = "诸葛小欢"

// FinalOrder is a submitted order with everything personal filled in, its
// examined clip and a frame of the face.
func (c *Centre) FinalOrder() (order, clip, frame string) {
	c.T.Helper()
	now := c.Now()
	photo := strings.Repeat("ab", 32)
	registration := exam.Registration{
		Ticket: Personal["ticket"], Name: SecretName, Pinyin: Personal["pinyin"], IDType: "居民身份证", IDNumber: Personal["ID number"],
		GuardianAddress: Personal["address"], Phone: Personal["phone"], Subject: "钢琴", Grade: 3, BirthDate: exam.Date{Year: 2016, Month: 5, Day: 6},
		Window: exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(48 * time.Hour)}, Photo: photo,
		Pieces: []exam.Piece{{Item: "练习曲", Title: "车尔尼 599"}, {Item: "乐曲", Title: "小步舞曲"}},
	}
	other := registration
	other.Ticket, other.Subject = "TICKET-78", Personal["another order"]
	imported, err := c.ImportOrders(c.T.Context(), []exam.Registration{registration, other}, false, false)
	Must(c.T, err)
	if len(imported.Refused) > 0 {
		c.T.Fatal(imported.Refused)
	}
	owner := c.Candidate(registration.Ticket, registration.IDNumber)
	for _, o := range owner.Orders() {
		if o.Subject == "钢琴" {
			order = o.ID
		}
	}
	attempt := owner.StartOrder(order)
	owner.Want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/acknowledge", nil, nil)
	clip = owner.Upload(attempt.ID, "1", "a video")
	frame = c.examine(clip)
	owner.Want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	for name, content := range map[string]string{store.PhotoFile(photo): "\xff\xd8\xff a photo", store.EvidenceFile(frame): "\xff\xd8\xff a frame"} {
		path := c.Server.File(name)
		Must(c.T, os.MkdirAll(filepath.Dir(path), 0o755))
		Must(c.T, os.WriteFile(path, []byte(content), 0o600))
	}
	return order, clip, frame
}

// OtherClip is a clip of another order that was erased since.
const OtherClip = "anotherordersclip"

// examine records what an examination of the clip found.
func (c *Centre) examine(clip string) (frame string) {
	c.T.Helper()
	frame = strings.Repeat("cd", 32)
	q := c.Queue("this boot")
	job, err := q.ReceiveJob(c.T.Context(), jobs.Inspect, time.Minute)
	Must(c.T, err)
	shown := []exam.Evidence{{From: 2 * time.Second, To: 2 * time.Second, Frame: frame}}
	Must(c.T, c.RecordInspection(c.T.Context(), clip, store.Inspection{
		JobID: job.ID, SHA256: strings.Repeat("ef", 32), MediaType: "video/mp4", Measurement: exam.Measurement{Duration: time.Minute},
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: exam.Pass},
			{Kind: exam.KindLight, Verdict: exam.Warn, Note: exam.NoteTooDark, Evidence: []exam.Evidence{{From: 30 * time.Second, To: 40 * time.Second}}},
			{Kind: exam.KindElsewhere, Verdict: exam.Warn, Note: exam.NoteSameRecording, Evidence: []exam.Evidence{{OtherID: OtherClip}, {OtherID: clip}}},
			{Kind: exam.KindEditing, Verdict: exam.Pass, Detail: SecretName + "的手机"},
			{Kind: exam.KindFacePresent, Verdict: exam.Pass, Evidence: shown},
			{Kind: exam.KindFaceMatch, Verdict: exam.Fail, Value: new(0.123), Engine: "fr_detect 6c0256ccd316 + fr_feature 87aacdfe5751", Evidence: shown},
		},
	}))
	return frame
}

// Notes are who did it, as the audit log has it.
func (c *Centre) Notes(action string) (by []string) {
	c.T.Helper()
	rows, err := c.DB().QueryContext(c.T.Context(), "SELECT by_name FROM audit WHERE action = ? ORDER BY seq", action)
	Must(c.T, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		Must(c.T, rows.Scan(&name))
		by = append(by, name)
	}
	Must(c.T, rows.Err())
	return by
}
