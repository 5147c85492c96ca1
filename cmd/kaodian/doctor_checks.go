package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/room"
	"kaodian/app/centre/rules"
	"kaodian/app/centre/store"
	"kaodian/media/cage"
	"kaodian/media/ffmpeg"
	"kaodian/media/vision"
	"kaodian/sync/drop"
	"kaodian/sync/outbox"
)

var errNoData = errors.New("not looked at without the exam's data")

// slowDisk is what fifty phones send, at 5 Mbit/s each, in bytes a second.
const slowDisk = 50 * 5_000_000 / 8

// disk writes to it, and says how many clips have room (R27).
func (p *patient) disk(ctx context.Context) check {
	if p.opened == nil {
		return isWrong(errNoData, "see above")
	}
	space, err := room.Of(p.folder).Ask()
	if err != nil {
		return isWrong(err, "see whether the disk is there")
	}
	promised, err := p.opened.Reserved(ctx)
	if err != nil {
		return isWrong(err, "see above")
	}
	clips := max(0, space.Left(promised)) / p.opened.Rules().MaxClipBytes
	if clips == 0 {
		return isWrong(fmt.Errorf("%d MB of %d MB are free, which running attempts may need; no other can upload a clip", space.Free/mega, space.Total/mega),
			"send what is final to the province, so that it can be freed, or put in a larger disk")
	}
	if failed := readFailure(p.folder); failed != nil {
		return isWrong(fmt.Errorf("on %s the disk failed and the server ended: %s", failed.At.Format(time.RFC3339), failed.Error),
			"look at the disk (journalctl -k, smartctl); when it is well, press «seen» on the staff's page")
	}
	speed, err := writeSpeed(p.folder)
	if err != nil {
		return isWrong(fmt.Errorf("the disk cannot be written to: %w", err), "see whether it is full, read-only or broken")
	}
	found := fmt.Sprintf("%d MB of %d MB free, room for %d more clips of the largest size; it writes %d MB a second", space.Free/mega, space.Total/mega, clips, speed/mega)
	if speed < slowDisk {
		return needsAttention(found, fmt.Sprintf("fifty phones send up to %d MB a second; let fewer begin at once, or put in a faster disk", slowDisk/mega))
	}
	return isGood("%s", found)
}

// writeSpeed writes 32 MB that are on the disk at the end, and takes them away.
func writeSpeed(folder string) (bytesPerSecond int64, err error) {
	f, err := os.CreateTemp(folder, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	const blocks = 32
	block := bytes.Repeat([]byte("kaodian "), 1<<17)
	began := time.Now()
	for range blocks {
		if _, err := f.Write(block); err != nil {
			return 0, errors.Join(err, f.Close())
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	return int64(blocks * len(block) * int(time.Second) / int(max(1, time.Since(began)))), nil
}

// audit walks the audit log, and asks its witness.
func (p *patient) audit(ctx context.Context) check {
	if p.opened == nil {
		return isWrong(errNoData, "see above")
	}
	lines, err := p.opened.verifyAudit(ctx)
	switch {
	case errors.Is(err, audit.ErrCut):
		return isWrong(err, "if a backup was restored: kaodian audit accept --reason TEXT; else find out who had this machine")
	case err != nil:
		return isWrong(err, "find out who had this machine, and compare with what the province has")
	}
	return isGood("%d lines, unbroken, none missing at the end", lines)
}

// clock says what the exam's clock shows: nobody but a person with a watch
// can know whether that is right where there is no internet.
func (p *patient) clock(context.Context) check {
	if p.opened == nil {
		return isWrong(errNoData, "see above")
	}
	now := p.opened.Now().In(p.opened.Rules().Location)
	jump := p.opened.clock.Jump()
	shown := fmt.Errorf("the exam's clock shows %s, the machine's %s", now.Format(time.RFC3339), now.Add(jump).Format(time.RFC3339))
	switch {
	case p.opened.clock.Doubted():
		return isWrong(fmt.Errorf("%w; until somebody says which is right nothing is closed, sealed, sent or erased", shown),
			"is the machine's right: «kaodian clock confirm», or the button on the staff's page; else set the machine's clock first")
	case jump.Abs() > time.Minute && p.opened.clock.Agreed() == 0:
		return needsAttention(shown.Error(), "set the machine's clock, then start the server again when no attempt runs")
	}
	return isGood("it is %s (%s); compare it with a watch", now.Format("2006-01-02 15:04:05"), now.Location())
}

// camera says whether a phone may open its camera in the page, which needs a
// certificate that it trusts.
func (p *patient) camera(context.Context) check {
	const noCamera = "phones record with their own camera app and choose the file"
	if p.opened == nil {
		return isWrong(errNoData, "see above")
	}
	files := p.opened.settings.HTTP
	if files.Certificate != "" || files.Key != "" {
		pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
		if err != nil {
			return isWrong(fmt.Errorf("the certificate of the settings: %w", err), "put in a certificate and its key")
		}
		return certificateCheck(pair.Leaf, p.opened.Now(), "ask who gave it for a new one")
	}
	text, err := os.ReadFile(filepath.Join(p.folder, "keys", "authority.pem"))
	if errors.Is(err, fs.ErrNotExist) {
		return needsAttention("there is no certificate yet, so "+noCamera, "serve with --https ADDR, so that phones can record in the page")
	}
	if err != nil {
		return isWrong(err, "run this as the user that serves")
	}
	root, err := firstCertificate(text)
	if err != nil {
		return isWrong(fmt.Errorf("the centre's own authority: %w", err), "restore keys/authority.pem from the last backup")
	}
	return certificateCheck(root, p.opened.Now(), "remove keys/authority.pem, start the server again, and have phones install the new root")
}

func firstCertificate(text []byte) (*x509.Certificate, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
	return nil, errors.New("there is no certificate in it")
}

// certificateCheck warns a month ahead: a centre is not open every week.
func certificateCheck(c *x509.Certificate, now time.Time, next string) check {
	const month = 30 * 24 * time.Hour
	found := fmt.Sprintf("phones record in the page by HTTPS; the certificate of %s holds from %s until %s",
		c.Subject.CommonName, c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
	switch {
	case now.Before(c.NotBefore) || now.After(c.NotAfter):
		return isWrong(errors.New(found), next)
	case now.After(c.NotAfter.Add(-month)):
		return needsAttention(found, next)
	}
	return isGood("%s", found)
}

// ffmpeg decodes and encodes a clip: the rules' video, which is at hand.
func (p *patient) ffmpeg(ctx context.Context) check {
	const install = "install ffmpeg of Debian: apt-get install ffmpeg"
	tools, err := ffmpeg.Find()
	if err != nil {
		return isWrong(err, install)
	}
	version, err := tools.Version(ctx)
	if err != nil {
		return isWrong(err, install)
	}
	if len(rules.Video()) == 0 { // built by hand, without make
		return needsAttention(version+"; there is no clip in this program to try it with", "build with: make build")
	}
	p.tools = &tools
	began := time.Now()
	if err := p.convert(ctx); err != nil {
		return isWrong(fmt.Errorf("ffmpeg %s cannot convert a clip: %w", version, err), install)
	}
	found := fmt.Sprintf("%s, converted a clip in %.1f s", version, time.Since(began).Seconds())
	lacking, err := tools.LackingFilters(ctx)
	if err != nil {
		return isWrong(err, install)
	}
	if len(lacking) > 0 {
		return needsAttention(fmt.Sprintf("%s; it was built without %s, so bright (HDR) clips of some phones cannot be looked at or converted", found, strings.Join(lacking, " and ")), install)
	}
	return isGood("%s", found)
}

func (p *patient) convert(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "kaodian-doctor-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	clip := filepath.Join(folder, "clip.mp4")
	if err := os.WriteFile(clip, rules.Video(), 0o600); err != nil {
		return err
	}
	info, err := p.tools.Probe(ctx, clip)
	if err != nil {
		return err
	}
	return p.tools.Preview(ctx, clip, info, filepath.Join(folder, "out.mp4"))
}

// cage says what keeps strangers' files from opening others.
func (p *patient) cage(context.Context) check {
	if version := cage.Landlock(); version > 0 {
		return isGood("a clip can open no other file (Landlock %d)", version)
	}
	return needsAttention("this kernel has no Landlock: a clip that fools ffmpeg could open other files of this user",
		"use Debian 12's kernel, with landlock among the security modules (lsm=)")
}

// openCV starts the worker and has it look at a picture.
func (p *patient) openCV(ctx context.Context) check {
	const install = "install OpenCV of Debian: apt-get install libopencv-dev opencv-data; install kaodian's package anew"
	faces := vision.NewClient(vision.Options{Worker: vision.WorkerOptions{Models: modelFolders(p.common.Data), Cascades: vision.CascadesFolder}})
	defer faces.Close()
	about, err := faces.About(ctx)
	if err != nil {
		return isWrong(fmt.Errorf("the face worker does not start: %w", err), install)
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 320, 240)), nil); err != nil {
		return isWrong(err, install)
	}
	if _, err := faces.Compare(ctx, nil, [][]byte{picture.Bytes()}); err != nil {
		return isWrong(fmt.Errorf("the face worker cannot look at a picture: %w", err), install)
	}
	return isGood("%s, the face worker looked at a picture", about.Library)
}

// models says which networks are in use.
func (p *patient) models(context.Context) check {
	found, err := vision.FindModels(modelFolders(p.common.Data))
	const install = "install it with: kaodian models install FILE"
	switch {
	case err != nil:
		return isWrong(err, install)
	case len(found.Problems) > 0:
		return isWrong(fmt.Errorf("not used: %s", strings.Join(found.Problems, "; ")), install)
	case found.Detector == nil:
		return isWrong(errors.New("no face detector: OpenCV's own overlooks two faces of three"), install)
	case found.Network == nil:
		return needsAttention(found.Detector.Label()+" finds faces; nothing compares them with the photo", install)
	}
	return isGood("%s finds faces, %s compares them; %s", found.Detector.Label(), found.Network.Label(), found.Network.Errors())
}

// sync says when what is final goes to the province, and how that stands.
func (p *patient) sync(ctx context.Context) check {
	if p.opened == nil {
		return isWrong(errNoData, "see above")
	}
	out, err := p.opened.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return isWrong(err, "correct sync.schedule in the settings")
	}
	status, err := out.Status(ctx)
	if err != nil {
		return isWrong(err, "join the province again: kaodian enrol FILE")
	}
	if !status.Enrolled {
		return needsAttention("this centre has joined no province, so nothing is sent", "ask the province for an enrolment file, then: kaodian enrol FILE")
	}
	found := sendingText(out, status, p.opened.Now())
	for _, b := range status.Batches {
		if b.State == store.BatchRefused {
			return isWrong(fmt.Errorf("the province refused batch %d (%s); %s", b.Sequence, strings.Join(b.Reasons, "; "), found), "tell the province's staff its number")
		}
	}
	if err := out.Reach(ctx); err != nil {
		if drop.CauseOf(err) != drop.Unreachable {
			return isWrong(fmt.Errorf("the province's drop cannot be used: %w; %s", err, found), "until then send by stick: kaodian sync out DIR")
		}
		return isWrong(fmt.Errorf("the province's drop does not answer (%w); %s", err, found),
			"see to the line, or send by stick: kaodian sync out DIR")
	}
	for _, b := range status.Batches {
		if b.State == store.BatchSent && b.SentAt != nil && p.opened.Now().Sub(*b.SentAt) > longSilence {
			return needsAttention(fmt.Sprintf("batch %d was sent on %s and has no receipt; %s", b.Sequence, b.SentAt.Format(time.DateOnly), found),
				"ask the province's staff whether it came")
		}
	}
	return isGood("the province's drop answers; %s", found)
}

// longSilence is how long the province may take with a receipt: over a
// weekend and a day.
const longSilence = 3 * 24 * time.Hour

// sendingText tells the time to the next run, or that the server has to run
// for it.
func sendingText(out *outbox.Outbox, s outbox.Status, now time.Time) string {
	const minutes = "2006-01-02 15:04"
	next, last := out.Schedule.Next(now), "never"
	overdue := s.NextDue == nil || !s.NextDue.After(now) // nil: it was never sent
	if !overdue {
		next = *s.NextDue
	}
	if s.LastSuccess != nil {
		last = s.LastSuccess.In(now.Location()).Format(minutes)
	}
	left := next.Sub(now)
	text := fmt.Sprintf("next run in %d h %d min (%s), last success %s; %s",
		int(left.Hours()), int(left.Minutes())%60, next.In(now.Location()).Format(minutes), last, waitingText(s))
	if overdue {
		text += "; one is overdue and begins as soon as the server runs"
	}
	return text
}
