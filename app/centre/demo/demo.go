package demo

import (
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/roster"
)

// What lies in the folder after Prepare.
const (
	OrdersFile     = "orders.csv" // for: kaodian import orders
	PhotosFolder   = "photos"     // for: --photos; empty, so every order is 照片待补
	SyllabusFolder = "syllabus"   // for: kaodian import syllabus
)

// Login is what one candidate logs in with, and for what.
type Login struct {
	Ticket   string `json:"ticket"`
	IDNumber string `json:"id_number"`
	Name     string `json:"name"`
	Subject  string `json:"subject"`
	Grade    int    `json:"grade"`
}

// candidate is one made-up person; the ages are those of their grades.
type candidate struct {
	name, pinyin, gender string
	age                  int
	orders               []registered
}

type registered struct {
	subject string
	grade   int
	pieces  string
}

// candidates has every grade band (30, 45 and 60 minutes), drawn items, a
// person with two orders, and one who is old enough to consent alone.
var candidates = []candidate{
	{"陈小雨", "Chen Xiaoyu", "女", 8, []registered{{"钢琴", 2, "基本练习：G 大调音阶；练习曲：拜厄第 60 条；乐曲：小步舞曲"}}},
	{"林子轩", "Lin Zixuan", "男", 9, []registered{{"电子琴", 3, "乐曲：茉莉花"}}},
	{"黄思琪", "Huang Siqi", "女", 11, []registered{{"小提琴", 6, "基本练习：A 大调三个八度音阶；练习曲：开塞第 10 条；乐曲：a 小调协奏曲第一乐章"}}},
	{"吴浩然", "Wu Haoran", "男", 12, []registered{
		{"电子琴", 7, "乐曲：西班牙斗牛士"},
		{"钢琴", 5, "基本练习：D 大调音阶；练习曲：车尔尼 849 第 12 条；乐曲：小奏鸣曲第一乐章"},
	}},
	{"何静怡", "He Jingyi", "女", 13, []registered{{"钢琴", 9, "练习曲：车尔尼 740 第 3 条；乐曲：悲怆奏鸣曲第三乐章"}}},
	{"郑一鸣", "Zheng Yiming", "男", 15, []registered{{"小提琴", 10, "基本练习：G 大调四个八度音阶；练习曲：罗德第 2 条；乐曲：流浪者之歌"}}},
}

const syllabus = `专业,级别,科目,类型,抽题,组
钢琴,1-6,基本练习,basic,no,
钢琴,7-10,基本练习,basic,yes,
钢琴,1-10,练习曲,etude,no,
钢琴,1-10,乐曲,piece,no,
电子琴,1-10,乐曲,piece,no,
电子琴,1-4,视奏,sight_reading,yes,
电子琴,5-10,视奏,sight_reading,yes,抽题
电子琴,5-10,编配伴奏,accompaniment,yes,抽题
小提琴,1-10,基本练习,basic,no,
小提琴,1-10,练习曲,etude,no,
小提琴,1-10,乐曲,piece,no,
`

// question is one entry of the bank with its score.
type question struct {
	subject, grades, item, title, file string
	melody                             melody
}

// questions are the same every time: three for each item that is drawn, so
// that three attempts of an order draw three different ones.
func questions() []question {
	return []question{
		{"电子琴", "1-4", "视奏", "视奏一 · C 大调", "sight-1.png", compose(11, 8, false, 0)},
		{"电子琴", "1-4", "视奏", "视奏二 · G 大调", "sight-2.png", compose(12, 8, false, 1)},
		{"电子琴", "1-4", "视奏", "视奏三 · F 大调", "sight-3.png", compose(13, 8, false, -1)},
		{"电子琴", "5-10", "视奏", "视奏四 · D 大调", "sight-4.png", compose(14, 12, true, 2)},
		{"电子琴", "5-10", "视奏", "视奏五 · 降 B 大调", "sight-5.png", compose(15, 12, true, -2)},
		{"电子琴", "5-10", "视奏", "视奏六 · A 大调", "sight-6.png", compose(16, 12, true, 3)},
		{"电子琴", "5-10", "编配伴奏", "为这条旋律编配伴奏（一）· C 大调", "accompany-1.png", compose(17, 8, false, 0)},
		{"电子琴", "5-10", "编配伴奏", "为这条旋律编配伴奏（二）· G 大调", "accompany-2.png", compose(18, 8, false, 1)},
		{"电子琴", "5-10", "编配伴奏", "为这条旋律编配伴奏（三）· F 大调", "accompany-3.png", compose(19, 8, false, -1)},
		{"钢琴", "7-10", "基本练习", "E 大调音阶，四个八度", "scale-1.png", scale(4)},
		{"钢琴", "7-10", "基本练习", "降 E 大调音阶，四个八度", "scale-2.png", scale(-3)},
		{"钢琴", "7-10", "基本练习", "A 大调音阶，四个八度", "scale-3.png", scale(3)},
	}
}

// windowDays is how long the demonstration's window stays open.
const windowDays = 60

// Prepare lays the files out in dir (0700) unless they are there, and returns
// the log-ins. Windows open at the beginning of today in zone. Candidates'
// numbers are random, so each folder has other ones. The order list is
// written last: a folder that has it is whole.
func Prepare(dir string, now time.Time, zone *time.Location) ([]Login, error) {
	list, err := os.ReadFile(filepath.Join(dir, OrdersFile))
	if err == nil {
		return readLogins(list, zone), nil
	}
	for _, folder := range []string{dir, filepath.Join(dir, PhotosFolder), filepath.Join(dir, SyllabusFolder)} {
		if err := durable.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("demo data: %w", err)
		}
	}
	if err := writeSyllabus(filepath.Join(dir, SyllabusFolder)); err != nil {
		return nil, err
	}
	rows, logins, err := register(now.In(zone))
	if err != nil {
		return nil, err
	}
	return logins, writeCSV(filepath.Join(dir, OrdersFile), rows)
}

func readLogins(list []byte, zone *time.Location) []Login {
	var logins []Login
	for _, row := range roster.ReadOrders(list, zone).Rows {
		g := row.Registration
		logins = append(logins, Login{Ticket: g.Ticket, IDNumber: g.IDNumber, Name: g.Name, Subject: g.Subject, Grade: g.Grade})
	}
	return logins
}

func writeSyllabus(dir string) error {
	if err := durable.WriteFile(filepath.Join(dir, "syllabus.csv"), []byte(syllabus), 0o600); err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	bank := [][]string{{"subject", "grades", "item", "title", "file"}}
	for _, q := range questions() {
		score, err := engrave(q.melody)
		if err != nil {
			return err
		}
		if err := durable.WriteFile(filepath.Join(dir, q.file), score, 0o600); err != nil {
			return fmt.Errorf("demo data: %w", err)
		}
		bank = append(bank, []string{q.subject, q.grades, q.item, q.title, q.file})
	}
	return writeCSV(filepath.Join(dir, "bank.csv"), bank)
}

// writeCSV writes UTF-8 with the mark that lets a spreadsheet program see it.
func writeCSV(path string, rows [][]string) error {
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	if err := durable.WriteFile(path, out.Bytes(), 0o600); err != nil {
		return fmt.Errorf("demo data: %w", err)
	}
	return nil
}

// register makes the rows of the order list and the log-ins that go with them.
func register(now time.Time) (rows [][]string, logins []Login, err error) {
	rows = [][]string{{"准考证号", "姓名", "拼音", "性别", "出生日期", "证件类型", "证件号码", "通讯地址", "电话", "专业", "级别", "上传开始", "上传结束", "曲目", "照片"}}
	first, err := random(90_000)
	if err != nil {
		return nil, nil, err
	}
	opens, closes := now.Format(time.DateOnly), now.AddDate(0, 0, windowDays).Format(time.DateOnly)
	for _, c := range candidates {
		born, number, err := identity(c, now)
		if err != nil {
			return nil, nil, err
		}
		for _, o := range c.orders {
			ticket := fmt.Sprintf("%d%05d", now.Year(), 10_000+first+len(logins))
			logins = append(logins, Login{Ticket: ticket, IDNumber: number, Name: c.name, Subject: o.subject, Grade: o.grade})
			rows = append(rows, []string{
				ticket, c.name, c.pinyin, c.gender, born.Format(time.DateOnly), roster.ResidentID, number, "示范市示范路 1 号",
				"13800000000", o.subject, strconv.Itoa(o.grade) + "级", opens, closes, o.pieces, "",
			})
		}
	}
	return rows, logins, nil
}

// identity makes a birth date and an ID number with its right check digit.
// The region 999999 is nobody's, so the number cannot be a real person's.
func identity(c candidate, now time.Time) (born time.Time, number string, err error) {
	days, err := random(300)
	if err != nil {
		return born, "", err
	}
	born = now.AddDate(-c.age, 0, -1-days)
	serial, err := random(500)
	if err != nil {
		return born, "", err
	}
	serial *= 2
	if c.gender == "男" {
		serial++
	}
	first17 := fmt.Sprintf("999999%s%03d", born.Format("20060102"), serial)
	return born, first17 + string(roster.CheckDigit(first17)), nil
}

// random is a number in [0, n) that cannot be guessed.
func random(n int64) (int, error) {
	value, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		return 0, fmt.Errorf("demo data: %w", err)
	}
	return int(value.Int64()), nil
}

// Password is for a demonstration's staff: twelve letters and digits that
// are not mistaken for each other, 60 bits.
func Password() string {
	text := strings.ToLower(rand.Text()) // base 32: a–z and 2–7
	return text[:4] + "-" + text[4:8] + "-" + text[8:12]
}

// Table shows the log-ins to a person, one a line.
func Table(logins []Login) string {
	var b strings.Builder
	for _, l := range logins {
		fmt.Fprintf(&b, "  %s   %s   %s, %s, grade %d\n", l.Ticket, l.IDNumber, l.Name, l.Subject, l.Grade)
	}
	return b.String()
}
