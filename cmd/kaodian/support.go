package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/base/durable"
	"kaodian/app/centre/room"
	"kaodian/app/centre/scrub"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/cmd/kaodian/doctor"
)

type supportCommand struct {
	File string `arg:"" type:"path" help:"The ZIP file to write."`
}

// Run writes the bundle, also of a centre whose data cannot be opened: that is
// when it is needed.
func (s *supportCommand) Run(ctx context.Context, common *common) error {
	folder, err := common.ready(ctx, toUse)
	if err != nil && !isFile(filepath.Join(common.Data, databaseName)) {
		return err
	}
	if _, err := os.Lstat(s.File); err == nil {
		return fmt.Errorf("%s is there already; name a new file", s.File)
	}
	b := bundle{folder: folder, at: time.Now()}
	if err := common.machine().Examine(ctx, func(c doctor.Check) { b.checks = append(b.checks, c) }); err != nil {
		return err
	}
	if err := b.gather(ctx, func(do func(*centre) error) error { return common.withCentre(ctx, do) }); err != nil {
		return err
	}
	content, err := b.pack()
	if err != nil {
		return err
	}
	if err := durable.WriteFile(s.File, content, 0o600); err != nil {
		return err
	}
	return common.say(map[string]any{"file": s.File, "bytes": len(content)},
		"wrote %s (%d KB): no name, number, key or password stands in it; open it and see before you send it\n", s.File, len(content)/1000)
}

// bundle is what somebody who helps from afar gets to see. Each of its fields is
// known to be harmless: numbers, moments, and words of the program's own. Texts
// that people or other machines wrote are in none.
type bundle struct {
	folder string
	at     time.Time
	checks []doctor.Check

	about    bundleAbout
	settings map[string]any
	measure  *store.Measure
	files    bundleFiles
	batches  []bundleBatch
	log      []staff.LogLine
}

type bundleAbout struct {
	MadeAt     time.Time `json:"made_at"`
	Version    string    `json:"version"`
	Go         string    `json:"go"`
	Machine    string    `json:"machine"`
	Kernel     string    `json:"kernel"`
	Processors int       `json:"processors"`
	Memory     uint64    `json:"memory_bytes"`
	Up         string    `json:"machine_up"`
	Load       [3]string `json:"load"`
	DiskTotal  int64     `json:"disk_total_bytes"`
	DiskFree   int64     `json:"disk_free_bytes"`
	DataError  string    `json:"data_error,omitempty"` // of what kind, if the data could not be opened
	LogError   string    `json:"log_error,omitempty"`  // likewise of the service's log
}

// bundleCheck is a check without its English, in which paths and names stand.
type bundleCheck struct {
	Name  string       `json:"name"`
	State doctor.State `json:"state"`
	Code  doctor.Code  `json:"code"`
	Count int64        `json:"count,omitempty"`
	At    time.Time    `json:"at,omitzero"`
}

type bundleFiles struct {
	ReadAt   time.Time               `json:"read_at,omitzero"`
	Files    int64                   `json:"files"`
	Bytes    int64                   `json:"bytes"`
	Problems map[string]int          `json:"problems"` // «clip damaged»
	Folders  map[string]bundleFolder `json:"folders"`
}

type bundleFolder struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

type bundleBatch struct {
	Sequence  int64            `json:"sequence"`
	State     store.BatchState `json:"state"`
	Orders    int64            `json:"orders"`
	Files     int64            `json:"files"`
	Bytes     int64            `json:"bytes"`
	SealedAt  time.Time        `json:"sealed_at"`
	SentAt    time.Time        `json:"sent_at,omitzero"`
	ReceiptAt time.Time        `json:"receipt_at,omitzero"`
	Reasons   int              `json:"reasons"` // how many the province gave
}

// gather collects what is asked of the centre, as far as it can be opened.
func (b *bundle) gather(ctx context.Context, with func(func(*centre) error) error) error {
	b.machine()
	b.folders()
	b.lines()
	err := with(func(c *centre) error {
		b.settings = harmlessSettings(c.settings())
		measure, err := c.Measure(ctx)
		if err != nil {
			return err
		}
		b.measure = &measure
		return errors.Join(b.scrubbed(ctx, c), b.sent(ctx, c))
	})
	if err != nil && ctx.Err() == nil {
		b.about.DataError, err = kindOf(err), nil
	}
	return err
}

func (b *bundle) machine() {
	b.about = bundleAbout{MadeAt: b.at, Version: version, Go: runtime.Version(), Machine: runtime.GOARCH, Processors: runtime.NumCPU()}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		b.about.Kernel = unix.ByteSliceToString(name.Release[:])
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		b.about.Memory = info.Totalram * uint64(info.Unit)
		b.about.Up = (time.Duration(info.Uptime) * time.Second).String()
		for i, load := range info.Loads {
			b.about.Load[i] = fmt.Sprintf("%.2f", float64(load)/65536)
		}
	}
	if space, err := room.Of(b.folder).Ask(); err == nil {
		b.about.DiskTotal, b.about.DiskFree = space.Total, space.Free
	}
}

// counted are the folders of a data folder whose files are counted; their names
// stay out.
var counted = []string{
	"vault/clips", "vault/renditions", "vault/previews", "vault/sheets", "vault/thumbnails", "vault/evidence", "vault/photos",
	"vault/bank", "vault/consents", "uploads", "spool", "down", "intake", "rehearsal",
}

func (b *bundle) folders() {
	b.files = bundleFiles{Problems: map[string]int{}, Folders: map[string]bundleFolder{}}
	for _, name := range counted {
		var sum bundleFolder
		_ = filepath.WalkDir(filepath.Join(b.folder, filepath.FromSlash(name)), func(_ string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return nil // what cannot be counted is left out
			}
			if info, err := entry.Info(); err == nil {
				sum.Files++
				sum.Bytes += info.Size()
			}
			return nil
		})
		b.files.Folders[name] = sum
	}
}

// lines are the service's log, as far as it can be read: the bundle is needed most
// where something cannot.
func (b *bundle) lines() {
	var err error
	if b.log, err = readServiceLog(b.folder); err != nil {
		b.about.LogError = kindOf(err)
	}
}

func (b *bundle) scrubbed(ctx context.Context, c *centre) error {
	s, err := scrub.Read(ctx, c.Store)
	b.files.ReadAt, b.files.Files, b.files.Bytes = s.DoneAt, s.DoneFiles, s.DoneBytes
	for _, p := range s.Problems {
		b.files.Problems[string(p.Kind)+" "+string(p.Wrong)]++
	}
	return err
}

func (b *bundle) sent(ctx context.Context, c *centre) error {
	out, err := c.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	status, err := out.Status(ctx)
	for _, one := range status.Batches {
		b.batches = append(b.batches, bundleBatch{
			Sequence: one.Sequence, State: one.State, Orders: one.Orders, Files: one.Files, Bytes: one.Bytes,
			SealedAt: one.SealedAt, SentAt: one.SentAt, ReceiptAt: one.ReceiptAt, Reasons: len(one.Reasons),
		})
	}
	return err
}

// harmlessSettings are the numbers, spans and switches of the settings; of a name,
// a place or a key it says only whether there is one.
func harmlessSettings(s settings) map[string]any {
	return map[string]any{
		"exam.centre_name":             s.Exam.CentreName != "",
		"exam.time_limits":             len(s.Exam.TimeLimits),
		"exam.max_attempts":            s.Exam.MaxAttempts,
		"exam.max_clip_bytes":          s.Exam.MaxClipBytes,
		"exam.upload_grace":            s.Exam.UploadGrace.String(),
		"exam.auto_submit_reset":       s.Exam.AutoSubmitReset,
		"exam.timezone":                s.Exam.Timezone,
		"exam.practice_first":          s.Exam.PracticeFirst,
		"exam.province_decides":        s.Exam.ProvinceDecides,
		"exam.missing_item":            s.Exam.MissingItem,
		"exam.review_time":             s.Exam.ReviewTime.String(),
		"exam.markers":                 s.Exam.Markers,
		"exam.mark_tolerance":          s.Exam.MarkTolerance,
		"exam.mark_tolerances":         len(s.Exam.MarkTolerances),
		"exam.qualification":           s.Exam.Qualification,
		"exam.seed_every":              s.Exam.SeedEvery,
		"exam.again_every":             s.Exam.AgainEvery,
		"http.hosts":                   len(s.HTTP.Hosts),
		"http.max_sockets_per_address": s.HTTP.MaxSocketsPerAddress,
		"http.certificate":             s.HTTP.Certificate != "",
		"http.key":                     s.HTTP.Key != "",
		"retention.after_receipt":      s.Retention.AfterReceipt.String(),
		"sync.schedule":                s.Sync.Schedule,
		"sync.bandwidth":               s.Sync.Bandwidth,
		"sync.drop_ca":                 s.Sync.DropCA != "",
		"sync.drop_pin":                s.Sync.DropPin != "",
		"backup.place":                 s.Backup.Place != "",
		"backup.schedule":              s.Backup.Schedule,
		"backup.keep":                  s.Backup.Keep,
	}
}

const bundleReadMe = `This is a support bundle of an exam centre (kaodian).

about.json     the program's version and the machine
checks.json    what «kaodian doctor» found, in its codes
settings.json  numbers and switches; of names, places and keys only whether there is one
database.json  how many rows its tables have
files.json     how many files there are, and how many are damaged
batches.json   how far the last batches are
log.jsonl      the last lines of the service, without names, addresses or texts of errors

Nothing in it is about a candidate or an account: no name, number, title, remark,
address, exam code, password or key. Texts that people wrote are in none of its files.
`

// pack is the bundle as a ZIP file.
func (b *bundle) pack() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, content []byte) error {
		file, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.at})
		if err == nil {
			_, err = file.Write(content)
		}
		return err
	}
	if err := put("README.txt", []byte(bundleReadMe)); err != nil {
		return nil, err
	}
	checks := []bundleCheck{}
	for _, c := range b.checks {
		checks = append(checks, bundleCheck{c.Name, c.State, c.Code, c.Count, c.At})
	}
	for _, part := range []struct {
		name string
		data any
	}{
		{"about.json", b.about}, {"checks.json", checks}, {"settings.json", b.settings}, {"database.json", b.measure},
		{"files.json", b.files}, {"batches.json", b.batches},
	} {
		text, err := json.MarshalIndent(part.data, "", "  ")
		if err != nil {
			return nil, err
		}
		if err := put(part.name, append(text, '\n')); err != nil {
			return nil, err
		}
	}
	var lines bytes.Buffer
	to := json.NewEncoder(&lines)
	for _, line := range b.log {
		if err := to.Encode(line); err != nil {
			return nil, err
		}
	}
	err := errors.Join(put("log.jsonl", lines.Bytes()), z.Close())
	return out.Bytes(), err
}

// Bundle is staff.Support's: as the command's, with the checks as they were last
// found.
func (h *health) Bundle(ctx context.Context, by exam.Actor) ([]byte, error) {
	if err := h.centre.Audit(ctx, store.Entry{Action: store.ActionSupportBundle, By: by}); err != nil {
		return nil, err
	}
	b := bundle{folder: h.centre.folder, at: h.centre.Now(), checks: h.known()}
	if err := b.gather(ctx, func(do func(*centre) error) error { return do(h.centre) }); err != nil {
		return nil, err
	}
	return b.pack()
}

// known are the checks that were made, in their order.
func (h *health) known() (checks []doctor.Check) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range doctor.Names() {
		if c, ok := h.found[name]; ok {
			checks = append(checks, c.Check)
		}
	}
	return checks
}
