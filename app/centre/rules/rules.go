// Package rules is the exam rules 考试规则说明 as a candidate gets them (R6): a
// text, pictures with captions, a video made of the pictures, and a file to
// keep. Their version changes with any word or picture of them.
//
// It owns no state: everything is embedded. It must not import web or store.
package rules

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"kaodian/app/exam"
)

// The text is Markdown with headings, lists and paragraphs only. The video is
// made from the rest by `make build`, and may be absent.
//
//go:embed text/*.md pages.json subjects.json pictures/*.svg
var files embed.FS

//go:embed video
var made embed.FS

// The languages of the rules; the first is everybody's who asks for no other.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Page is a picture with its caption, by language.
type Page struct {
	ID    string            `json:"id"`
	Title map[string]string `json:"title"`
	Text  map[string]string `json:"text"`
}

var (
	texts    = template.Must(template.New("rules").Funcs(template.FuncMap{"grade": grade, "chineseTime": chineseTime, "englishTime": englishTime, "english": english}).ParseFS(files, "text/*.md"))
	pages    = readFile[pagesFile]("pages.json")
	subjects = readFile[map[string]string]("subjects.json")
	version  = versionOf(files)
	video    = readVideo()
)

// pagesFile is pages.json.
type pagesFile struct {
	Seconds int    `json:"seconds"` // how long the video shows a page
	Pages   []Page `json:"pages"`
}

func readFile[T any](name string) (content T) {
	data, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &content)
	}
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err)) // it is embedded
	}
	return content
}

func readVideo() []byte {
	data, err := made.ReadFile("video/rules.mp4")
	if err != nil {
		return nil // not made: there was no ffmpeg where this was built
	}
	return data
}

// Version names the rules that are in force.
func Version() string { return version }

func versionOf(folder fs.FS) string {
	const length = 12
	sum := sha256.New()
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(folder, path)
		fmt.Fprintf(sum, "%s %d\n", path, len(data))
		sum.Write(data)
		return err
	})
	if err != nil {
		panic(err) // all are embedded
	}
	return hex.EncodeToString(sum.Sum(nil))[:length]
}

// Pages are the pictures in their order: the one for the way in which the
// subject is filmed comes before the other way.
func Pages(subject string) []Page {
	list := slices.Clone(pages.Pages)
	side := slices.IndexFunc(list, func(p Page) bool { return p.ID == "side" })
	front := slices.IndexFunc(list, func(p Page) bool { return p.ID == "front" })
	if !Side(subject) && side < front {
		list[side], list[front] = list[front], list[side]
	}
	return list
}

// InOrder are the pages as the file and the video have them.
func InOrder() []Page { return slices.Clone(pages.Pages) }

// Seconds is how long the video shows each page, in its order in the file.
func Seconds() int { return pages.Seconds }

// Picture is a page's drawing, an SVG without references; nil if there is none.
func Picture(id string) []byte {
	data, err := files.ReadFile("pictures/" + id + ".svg")
	if err != nil {
		return nil
	}
	return data
}

// Video is an MP4 of all pages, nil where it was not made.
func Video() []byte { return video }

// Subtitles are the captions of the video as WebVTT.
func Subtitles(language string) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i, p := range pages.Pages {
		from, to := i*pages.Seconds, (i+1)*pages.Seconds
		fmt.Fprintf(&b, "\n%s --> %s\n%s\n%s\n", stamp(from), stamp(to), p.Title[language], p.Text[language])
	}
	return b.String()
}

func stamp(seconds int) string { return fmt.Sprintf("%02d:%02d.000", seconds/60, seconds%60) }

// Language is Chinese unless English is asked for first.
func Language(asked string) string {
	if strings.HasPrefix(strings.ToLower(asked), English) {
		return English
	}
	return Chinese
}

// Side says whether the subject is filmed from the side (R32).
func Side(subject string) bool { return exam.FilmedFromTheSide(subject) }

// data is what the text needs of the settings and the order.
type data struct {
	Subject        string
	Grade          int
	Time           time.Duration
	Limits         []limit
	Attempts       int
	Resets         int
	MegaBytes      int64
	Side           bool
	Draws          bool
	ResetsByWindow bool
}

type limit struct {
	From, To int
	Time     time.Duration
}

// chineseTime and englishTime say a time limit whole: one below a minute is not
// none, and the seconds of an odd one are not dropped.
func chineseTime(d time.Duration) string { return spelled(d, " 分钟", " 分 ", " 秒") }

func englishTime(d time.Duration) string { return spelled(d, " minutes", " min ", " seconds") }

// spelled puts whole minutes, minutes before seconds, and seconds behind their number.
func spelled(d time.Duration, minutes, before, seconds string) string {
	m, s := int(d/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case s == 0:
		return strconv.Itoa(m) + minutes
	case m == 0:
		return strconv.Itoa(s) + seconds
	}
	return strconv.Itoa(m) + before + strconv.Itoa(s) + seconds
}

// english is a subject's name in English; one that is not in the table stays as it is.
func english(name string) string {
	if known := subjects[strings.TrimSpace(name)]; known != "" {
		return known
	}
	return name
}

// grade is a grade as Chinese writes it, 一级 to 十级.
func grade(n int) string {
	numbers := []rune("一二三四五六七八九十")
	if n < 1 || n > len(numbers) {
		return strconv.Itoa(n) + "级"
	}
	return string(numbers[n-1]) + "级"
}

// Text is the rules for an order, in Markdown.
func Text(settings exam.Rules, o exam.Order, language string) (string, error) {
	d := data{
		Subject:        o.Subject,
		Grade:          o.Grade,
		Time:           settings.Limit(o.Grade),
		Attempts:       settings.MaxAttempts,
		Resets:         settings.MaxResets(),
		MegaBytes:      settings.MaxClipBytes / (1 << 20),
		Side:           Side(o.Subject),
		Draws:          slices.ContainsFunc(o.Items, func(item exam.ItemSpec) bool { return item.Drawn }),
		ResetsByWindow: settings.ResetTimedOut == exam.ResetWithinWindow,
	}
	for _, band := range settings.TimeLimits {
		d.Limits = append(d.Limits, limit{From: band.From, To: band.To, Time: band.Limit})
	}
	var text bytes.Buffer
	err := texts.ExecuteTemplate(&text, language+".md", d)
	return text.String(), err
}
