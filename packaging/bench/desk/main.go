// The desk's part of the benchmarks: how long the staff's board keeps the
// browser busy at one time while 210 exams run. Chromium, its processor slowed
// down four times, looks at the real program's board; meanwhile phones upload,
// ask for help and take it back. A task of more than 100 ms is one that a click
// waits for.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
	"kaodian/packaging/bench/row"
)

const (
	exams    = 210
	scratch  = "build/bench-desk"
	name     = "desk/board-210/longest-task-ms"
	limit    = 100
	password = "a long password"
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if !strings.HasPrefix(name, prefix) {
		return
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench desk:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(filepath.Join(scratch, "syllabus"), 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	logins, err := layOut()
	if err != nil {
		return err
	}
	c, err := centre.Serve(filepath.Join(scratch, "data"), logins, "--config", filepath.Join(scratch, "kaodian.toml"))
	if err != nil {
		return err
	}
	defer c.End()
	var phones []*centre.Phone
	for n := range logins {
		phone, err := c.Phone(ctx, n)
		if err != nil {
			return err
		}
		phones = append(phones, phone)
	}
	fmt.Fprintf(os.Stderr, "%d exams run\n", len(phones))
	busy, stop := context.WithCancel(ctx)
	defer stop()
	go keepBusy(busy, phones)
	longest, err := look(ctx, c.URL)
	if err != nil {
		return err
	}
	return row.Within(name, longest, nil, limit).Write(os.Stdout)
}

// layOut imports candidates whose videos are so small that the disk holds all
// of them (R27), and returns their log-ins.
func layOut() (logins [][]string, err error) {
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	rows := []string{"准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片"}
	names := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
	for n := range exams {
		login := []string{fmt.Sprintf("BD%04d", n), fmt.Sprintf("PASS%05d", n)}
		logins = append(logins, login)
		rows = append(rows, fmt.Sprintf("%s,%c小%c,Xiao,女,2015-05-06,护照,%s,济南,13800000000,钢琴,%d,%s,%s,乐曲：小步舞曲,",
			login[0], names[n%len(names)], names[n/len(names)], login[1], 1+n%10, day(-2), day(9)))
	}
	for file, text := range map[string]string{
		"orders.csv":            strings.Join(rows, "\n") + "\n",
		"syllabus/syllabus.csv": "专业,级别,科目,类型,抽题,组\n钢琴,1-10,乐曲,piece,no,\n钢琴,1-10,练习曲,etude,no,\n钢琴,1-10,基本练习,basic,no,\n",
		"kaodian.toml":          "[exam]\nmax_clip_bytes = 1048576\n\n[http]\nmax_sockets_per_address = 1000\n",
	} {
		if err := os.WriteFile(filepath.Join(scratch, file), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(scratch, "data")
	return logins, errors.Join(
		kaodian("", "setup", "--data", data),
		kaodian("", "import", "syllabus", filepath.Join(scratch, "syllabus"), "--data", data),
		kaodian("", "import", "orders", filepath.Join(scratch, "orders.csv"), "--data", data),
		kaodian(password+"\n", "user", "add", "desk", "--role", "invigilator", "--data", data),
	)
}

func kaodian(input string, args ...string) error {
	cmd := exec.Command("bin/kaodian", args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kaodian %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// keepBusy has phones change what the board shows: ten uploads a second, and
// calls for help. What fails is shown by the board, not here.
func keepBusy(ctx context.Context, phones []*centre.Phone) {
	clip := filepath.Join(scratch, "clip.mp4")
	_ = os.WriteFile(clip, bytes.Repeat([]byte("no video"), 1000), 0o600)
	for n := 0; ctx.Err() == nil; n++ {
		phone := phones[n%len(phones)]
		_ = phone.Upload(ctx, clip)
		if n%10 == 0 {
			_ = phone.Call(ctx, "POST", "/help", map[string]any{"reason": "not_sending", "page": "attempt", "attempt_id": phone.Attempt}, nil)
			_ = phones[(n+len(phones)-20)%len(phones)].Call(ctx, "DELETE", "/help", nil, nil)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// look has the browser look, and returns its longest task in milliseconds.
func look(ctx context.Context, url string) (float64, error) {
	cmd := exec.CommandContext(ctx, "node", "bench/board.mjs", url, "desk", password, fmt.Sprint(exams))
	cmd.Dir = "ui"
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	var seen struct {
		Longest float64 `json:"longest_ms"`
	}
	return seen.Longest, json.Unmarshal(out, &seen)
}
