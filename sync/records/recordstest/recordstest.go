// Package recordstest writes records.sqlite as a centre would, for the tests of
// the province's side. It links the province's driver and is in no program.
package recordstest

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3/driver"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

// Records returns records.sqlite with one order and, for every original among
// the media, a clip with a finding. The statements of extra run last: a test
// changes with them what it likes. dir is for a scratch file.
func Records(t batchtest.TB, dir string, ref batch.Ref, media []batchtest.Media, extra ...string) []byte {
	t.Helper()
	path := filepath.Join(dir, "records.sqlite")
	db, err := driver.Open("file:" + filepath.ToSlash(path) + "?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=foreign_keys(0)")
	check(t, err)
	db.SetMaxOpenConns(1)
	run := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatalf("records.sqlite: %s: %v", statement, err)
		}
	}
	run(batch.RecordsSchema)
	run("BEGIN")
	run("INSERT INTO batch VALUES (1, ?, ?, ?, ?, 'recordstest')", ref.Centre, ref.Install, ref.Sequence, 1_782_900_000_000)
	fill(run, fmt.Sprintf("%s-%d", ref.Install, ref.Sequence), media)
	run("COMMIT")
	for _, statement := range extra {
		run(statement)
	}
	check(t, db.Close())
	content, err := os.ReadFile(path)
	check(t, err)
	check(t, os.Remove(path))
	return content
}

func fill(run func(string, ...any), name string, media []batchtest.Media) {
	order, attempt := "order-"+name, "attempt-"+name
	run(`INSERT INTO orders VALUES (?, 'T1001', '王小明', 'Wang Xiaoming', '男', '2014-05-01', '居民身份证', '110101201405010011', '北京', '13800000000',
		'钢琴', 8, 1782000000000, 1783000000000, ?, '2026-01-01', 'given', '王大明', 1782100000000, 'submitted', 1782800000000)`, order, photoOf(media))
	run("INSERT INTO pieces VALUES (?, 0, '乐曲', '小星星')", order)
	run("INSERT INTO attempts VALUES (?, ?, 1, 'submitted', 1782700000000, 1782703600000, 1782701000000, 3600000, 0, '7412', 1782700001000, 'v1')", attempt, order)
	for place, m := range media {
		if m.Role != "original" {
			run("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?)", m.SHA256, m.Sealed, m.Size, m.Type, m.Role, m.Owner)
			continue
		}
		clip := fmt.Sprintf("clip-%s-%d", name, place)
		run("INSERT INTO items VALUES (?, ?, ?, '乐曲', 'piece', '小星星', NULL, '')", attempt, fmt.Sprint("item-", place), place)
		run("INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?, 60000, 1782700500000, 1, 'examined', ?)", clip, attempt, fmt.Sprint("item-", place), m.SHA256, m.Size, m.Type, sumOf(media, "rendition"))
		run("INSERT INTO findings VALUES (?, 0, 'face', 'warn', 0.4, 0.5, '', '', 'yunet')", clip)
		run("INSERT INTO evidence VALUES (?, 0, 0, 1000, 2000, ?)", clip, sumOf(media, "evidence"))
		run("INSERT INTO ticks VALUES (?, 'code', 'heard', '李老师', 1782700900000)", clip)
		run("INSERT INTO departures VALUES (?, 0, 'hat', 1500, '李老师', 1782700900000)", clip)
		run("INSERT INTO facts VALUES (?, 1782700900000, 1782700900000, 'departure_marked', 'staff', '李老师', ?, ?, ?, '白帽子', '{\"category\":\"hat\"}', 'h')", place+2, order, attempt, clip)
		run("INSERT INTO marks VALUES (?, ?, 'good', 'pass', 'good', 'good', '稳', '考官甲', 1782700900000)", order, fmt.Sprint("item-", place))
		run("INSERT INTO decisions VALUES (?, ?, 'clip_invalid', ?, '看谱', 'staff', '李老师', 1782700910000, 0, NULL, 1782700920000)", "invalid-"+clip, order, clip)
		run("INSERT INTO facts VALUES (?, 1782700920000, 1782700920000, 'decision_undone', 'staff', '张主任', ?, '', ?, '误判', ?, 'h')", place+100, order, clip, `{"decision":"invalid-`+clip+`"}`)
		run("INSERT INTO media VALUES (?, ?, ?, ?, ?, ?)", m.SHA256, m.Sealed, m.Size, m.Type, m.Role, clip)
	}
	run("INSERT INTO decisions VALUES (?, ?, 'clip_invalid', '', '换人', 'staff', '李老师', 1782700900000, 0, 1782700950000, NULL)", "decision-"+name, order)
	run("INSERT INTO decisions VALUES (?, ?, 'disqualified', '', '替考', 'staff', '张主任', 1782700930000, 1, NULL, NULL)", "disqualified-"+name, order)
	run("INSERT INTO facts VALUES (1, 1782700000000, 1782700000000, 'submitted', 'candidate', '', ?, ?, '', '', '{}', 'h')", order, attempt)
}

func photoOf(media []batchtest.Media) any { return sumOf(media, "photo") }

// sumOf is the SHA-256 of the first file of that role, or nil.
func sumOf(media []batchtest.Media, role string) any {
	for _, m := range media {
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
