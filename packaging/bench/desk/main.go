// Command desk is the desk's part of the benchmarks, on the real program. The board: how long
// it keeps the browser busy at one time while 210 exams run, and what it costs
// the server. The lists: 20,000 orders and 2,000 photos taken in, and how long
// a page of such a list takes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	scratch  = "build/bench-desk"
	password = "a long password"
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	for _, part := range []struct {
		rows []string
		run  func(context.Context) error
	}{{boardRows, runBoard}, {listRows, runLists}} {
		if !slices.ContainsFunc(part.rows, func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			continue
		}
		if err := inScratch(ctx, part.run); err != nil {
			fmt.Fprintln(os.Stderr, "bench desk:", err)
			os.Exit(1)
		}
	}
}

// inScratch runs a part with an empty folder for its files.
func inScratch(ctx context.Context, run func(context.Context) error) (err error) {
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(scratch, 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	return run(ctx)
}

// newCentre sets a centre up in the scratch folder, with those files beside it,
// a desk's account, and the orders of orders.csv if they are wanted.
func newCentre(files map[string]string, orders bool) error {
	files["syllabus/syllabus.csv"] = "专业,级别,科目,类型,抽题,组\n钢琴,1-10,乐曲,piece,no,\n钢琴,1-10,练习曲,etude,no,\n钢琴,1-10,基本练习,basic,no,\n"
	for name, text := range files {
		path := filepath.Join(scratch, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			return err
		}
	}
	data := filepath.Join(scratch, "data")
	commands := [][]string{{"setup"}, {"import", "syllabus", filepath.Join(scratch, "syllabus")}, {"user", "add", "desk", "--role", "invigilator"}}
	if orders {
		commands = append(commands, []string{"import", "orders", filepath.Join(scratch, "orders.csv")})
	}
	for _, words := range commands {
		if err := kaodian(password+"\n", append(words, "--data", data)...); err != nil {
			return err
		}
	}
	return nil
}

// orderList is a list of that many candidates, and their log-ins.
func orderList(count int) (logins [][]string, list string) {
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	rows := []string{"准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片"}
	names := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
	for n := range count {
		login := []string{fmt.Sprintf("BD%05d", n), fmt.Sprintf("PASS%05d", n)}
		logins = append(logins, login)
		rows = append(rows, fmt.Sprintf("%s,%c小%c,Xiao,女,2015-05-06,护照,%s,济南,13800000000,钢琴,%d,%s,%s,乐曲：小步舞曲,",
			login[0], names[n%len(names)], names[n/len(names)%len(names)], login[1], 1+n%10, day(-2), day(9)))
	}
	return logins, strings.Join(rows, "\n") + "\n"
}

func kaodian(input string, args ...string) error {
	cmd := exec.Command("bin/kaodian", args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kaodian %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}
