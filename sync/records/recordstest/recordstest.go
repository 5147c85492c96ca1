// Package recordstest writes records.sqlite as a centre would, for the tests of
// the province's side. It links the province's driver and is in no program.
package recordstest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3/driver"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

// Records returns records.sqlite with one order and, for every original among
// the media, a clip with a finding, batchtest's specimen. The statements of
// extra run last: a test changes with them what it likes. dir is for a scratch
// file.
func Records(t batchtest.TB, dir string, ref batch.Ref, media []batchtest.Media, extra ...string) []byte {
	t.Helper()
	return Of(t, batch.Version, dir, ref, media, extra...)
}

// Of is Records in the format of a version.
func Of(t batchtest.TB, version int, dir string, ref batch.Ref, media []batchtest.Media, extra ...string) []byte {
	t.Helper()
	path := filepath.Join(dir, "records.sqlite")
	db, err := driver.Open("file:" + filepath.ToSlash(path) + "?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=foreign_keys(0)")
	check(t, err)
	db.SetMaxOpenConns(1)
	w := &writer{TB: t, db: db, ref: ref, name: fmt.Sprintf("%s-%d", ref.Install, ref.Sequence), media: media}
	w.run(batch.RecordsSchemas[version])
	w.run("BEGIN")
	w.fill(version)
	w.run("COMMIT")
	for _, statement := range extra {
		w.run(statement)
	}
	check(t, db.Close())
	content, err := os.ReadFile(path)
	check(t, err)
	check(t, os.Remove(path))
	return content
}

// Later are statements that tell, in any batch of format version 2 or newer, later facts
// of what Records put into the batch earlier: of its order and its first clip.
func Later(earlier batch.Ref) []string {
	name := fmt.Sprintf("%s-%d", earlier.Install, earlier.Sequence)
	var all []string
	for _, statement := range []string{
		"INSERT INTO subjects VALUES ('order-NAME', '" + earlier.Install + "', " + fmt.Sprint(earlier.Sequence) + ")",
		"INSERT INTO examinations VALUES ('late-NAME', 'order-NAME', 'clip-NAME-0', 1782900000000, 'kaodian 2')",
		"INSERT INTO findings VALUES ('late-NAME', 0, 'cuts', 'fail', 2.0, 0.0, 'at_most', '', 'cut', 'scene', '')",
		"INSERT INTO evidence VALUES ('late-NAME', 0, 0, 3000, 3000, NULL, NULL)",
		"INSERT INTO ticks VALUES ('order-NAME', 'clip-NAME-0', 'code', '', '李老师', 1782900001000)",
		"INSERT INTO departures VALUES ('order-NAME', 'clip-NAME-0', '0', 'hat', 1500, '李老师', 1782700900000, 1782900002000)",
		"INSERT INTO marks VALUES ('order-NAME', 'item-0', 2, 'province', '考官乙', 'good', 'good', 'good', 'excellent', '复审', '考官乙', 1782900003000)",
		"INSERT INTO decisions VALUES ('disqualified-NAME', 'order-NAME', 'centre', 'disqualified', '', '替考', 'staff', '张主任', 1782700930000, 0, 1782900004000, NULL)",
		"INSERT INTO irregularities VALUES ('irregular-late-NAME', 'order-NAME', 'attempt-NAME', 'clip-NAME-0', 'noise', '装修', 'staff', '李老师', 1782900005000, NULL)",
		"INSERT INTO erasures VALUES ('erased-NAME', 'order-NAME', 'clip-NAME-0', 'original', NULL, '撤回同意', 'staff', '张主任', 1782900006000)",
		"INSERT INTO facts VALUES (1000, 1782900003000, 1782900003000, 'marked', 'staff', '考官乙', 'order-NAME', '', '', '', '{}', 'h')",
	} {
		all = append(all, strings.ReplaceAll(statement, "NAME", name))
	}
	return all
}

// writer fills one records.sqlite.
type writer struct {
	batchtest.TB
	db    *sql.DB
	ref   batch.Ref
	name  string // of everything in it
	media []batchtest.Media
}

func (w *writer) run(statement string, args ...any) {
	w.Helper()
	if _, err := w.db.Exec(statement, args...); err != nil {
		w.Fatalf("records.sqlite: %s: %v", statement, err)
	}
}

// row inserts the values, all of a table's.
func (w *writer) row(table string, values ...any) {
	w.Helper()
	w.run("INSERT INTO "+table+" VALUES (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
}

const sealedAt = 1_782_900_000_000

func (w *writer) fill(version int) {
	if version == 1 {
		w.row("batch", 1, w.ref.Centre, w.ref.Install, w.ref.Sequence, sealedAt, "recordstest")
	} else {
		w.row("batch", version, w.ref.Centre, w.ref.Install, w.ref.Sequence, sealedAt, "recordstest", 5000, strings.Repeat("ab", 32))
		w.row("subjects", "order-"+w.name, w.ref.Install, w.ref.Sequence)
	}
	w.order()
	for place, m := range w.media {
		if m.Role != "original" {
			w.row("media", m.SHA256, m.Sealed, m.Size, m.Type, m.Role, m.Owner)
			continue
		}
		clip := fmt.Sprintf("clip-%s-%d", w.name, place)
		w.clip(clip, place, m)
		if version == 1 {
			w.said1(clip, place)
		} else {
			w.said(clip, place)
		}
	}
	if version == 1 {
		w.decided1()
		return
	}
	w.decided()
	if version > 2 {
		w.row("parcels", w.ref.Install, w.ref.Sequence, strings.Repeat("ef", 32), "taken", "", 12, 3, 40, 1, "staff", "张主任", 1782700970000)
	}
}

func (w *writer) order() {
	order, attempt := "order-"+w.name, "attempt-"+w.name
	w.run(`INSERT INTO orders VALUES (?, 'T1001', '王小明', 'Wang Xiaoming', '男', '2014-05-01', '居民身份证', '110101201405010011', '北京', '13800000000',
		'钢琴', 8, 1782000000000, 1783000000000, ?, '2026-01-01', 'given', '王大明', 1782100000000, 'submitted', 1782800000000)`, order, w.sumOf("photo"))
	w.run("INSERT INTO pieces VALUES (?, 0, '乐曲', '小星星')", order)
	w.run("INSERT INTO attempts VALUES (?, ?, 1, 'submitted', 1782700000000, 1782703600000, 1782701000000, 3600000, 0, '7412', 1782700001000, 'v1')", attempt, order)
	w.run("INSERT INTO facts VALUES (1, 1782700000000, 1782700000000, 'submitted', 'candidate', '', ?, ?, '', '', '{}', 'h')", order, attempt)
}

func (w *writer) clip(clip string, place int, m batchtest.Media) {
	order, attempt, item := "order-"+w.name, "attempt-"+w.name, fmt.Sprint("item-", place)
	w.run("INSERT INTO items VALUES (?, ?, ?, '乐曲', 'piece', '小星星', NULL, '')", attempt, item, place)
	w.run("INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?, 60000, 1782700500000, 1, 'examined', ?)", clip, attempt, item, m.SHA256, m.Size, m.Type, w.sumOf("rendition"))
	w.run("INSERT INTO facts VALUES (?, 1782700900000, 1782700900000, 'departure_marked', 'staff', '李老师', ?, ?, ?, '白帽子', '{\"category\":\"hat\"}', 'h')", place+2, order, attempt, clip)
	w.run("INSERT INTO facts VALUES (?, 1782700920000, 1782700920000, 'decision_undone', 'staff', '张主任', ?, '', ?, '误判', ?, 'h')", place+500, order, clip, `{"decision":"invalid-`+clip+`"}`)
	w.row("media", m.SHA256, m.Sealed, m.Size, m.Type, m.Role, clip)
}

// said is what machines and people said of a clip.
func (w *writer) said(clip string, place int) {
	order, frame := "order-"+w.name, w.sumOf("evidence")
	w.run("INSERT INTO examinations VALUES (?, ?, ?, 1782700600000, 'kaodian 1')", "seen-"+clip, order, clip)
	w.row("findings", batchtest.SpecimenFinding("seen-"+clip)...)
	w.row("evidence", batchtest.SpecimenEvidence("seen-"+clip, frame, "clip-of-another")...)
	w.run("INSERT INTO ticks VALUES (?, ?, 'code', 'heard', '李老师', 1782700900000)", order, clip)
	w.run("INSERT INTO departures VALUES (?, ?, '0', 'hat', 1500, '李老师', 1782700900000, NULL)", order, clip)
	w.run("INSERT INTO marks VALUES (?, ?, 1, 'centre', '考官甲', 'good', 'pass', 'good', 'good', '稳', '考官甲', 1782700900000)", order, fmt.Sprint("item-", place))
	w.run("INSERT INTO decisions VALUES (?, ?, 'centre', 'clip_invalid', ?, '看谱', 'staff', '李老师', 1782700910000, 0, NULL, 1782700920000)", "invalid-"+clip, order, clip)
}

func (w *writer) decided() {
	order := "order-" + w.name
	w.run("INSERT INTO decisions VALUES (?, ?, 'centre', 'clip_invalid', '', '换人', 'staff', '李老师', 1782700900000, 0, 1782700950000, NULL)", "decision-"+w.name, order)
	w.run("INSERT INTO decisions VALUES (?, ?, 'centre', 'disqualified', '', '替考', 'staff', '张主任', 1782700930000, 1, NULL, NULL)", "disqualified-"+w.name, order)
	w.run("INSERT INTO irregularities VALUES (?, ?, ?, '', 'power_cut', '停电两分钟', 'staff', '李老师', 1782700940000, 1782700950000)", "irregular-"+w.name, order, "attempt-"+w.name)
	w.run("INSERT INTO erasures VALUES (?, ?, '', 'photo', ?, '重新采集', 'staff', '张主任', 1782700960000)", "erasure-"+w.name, order, strings.Repeat("cd", 32))
}

func (w *writer) said1(clip string, place int) {
	w.run("INSERT INTO findings VALUES (?, 0, 'face', 'warn', 0.4, 0.5, '', '', 'yunet')", clip)
	w.run("INSERT INTO evidence VALUES (?, 0, 0, 1000, 2000, ?)", clip, w.sumOf("evidence"))
	w.run("INSERT INTO ticks VALUES (?, 'code', 'heard', '李老师', 1782700900000)", clip)
	w.run("INSERT INTO departures VALUES (?, 0, 'hat', 1500, '李老师', 1782700900000)", clip)
	w.run("INSERT INTO marks VALUES (?, ?, 'good', 'pass', 'good', 'good', '稳', '考官甲', 1782700900000)", "order-"+w.name, fmt.Sprint("item-", place))
	w.run("INSERT INTO decisions VALUES (?, ?, 'clip_invalid', ?, '看谱', 'staff', '李老师', 1782700910000, 0, NULL, 1782700920000)", "invalid-"+clip, "order-"+w.name, clip)
}

func (w *writer) decided1() {
	w.run("INSERT INTO decisions VALUES (?, ?, 'clip_invalid', '', '换人', 'staff', '李老师', 1782700900000, 0, 1782700950000, NULL)", "decision-"+w.name, "order-"+w.name)
	w.run("INSERT INTO decisions VALUES (?, ?, 'disqualified', '', '替考', 'staff', '张主任', 1782700930000, 1, NULL, NULL)", "disqualified-"+w.name, "order-"+w.name)
}

// sumOf is the SHA-256 of the first file of that role, or nil.
func (w *writer) sumOf(role string) any {
	for _, m := range w.media {
		if m.Role == role {
			return m.SHA256
		}
	}
	return nil
}

func check(t batchtest.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("records.sqlite: %v", err)
	}
}
