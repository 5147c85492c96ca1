package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"text/template"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/exam"
)

// The exam rules 考试规则说明 as Markdown with headings, lists and paragraphs
// only, in every language of the pages.
//
//go:embed rules/*.md
var rulesFiles embed.FS

var rulesText = template.Must(template.ParseFS(rulesFiles, "rules/*.md"))

// rulesVersion names the rules that are in force (R6): it changes with their
// text in any language.
var rulesVersion = versionOfRules()

func versionOfRules() string {
	const length = 12
	sum := sha256.New()
	for _, name := range []string{"rules/en.md", "rules/zh-CN.md"} {
		text, err := rulesFiles.ReadFile(name)
		if err != nil {
			panic(err) // both are embedded
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:length]
}

// sideSubjects are filmed from the side, with the whole body and the keyboard (R32).
var sideSubjects = []string{"钢琴", "电子琴", "piano", "keyboard"}

type rulesInput struct {
	IDInput
	Language string `header:"Accept-Language"`
}

type rulesOutput struct {
	Body struct {
		RulesVersion string `json:"rules_version"`
		Text         string `json:"text" doc:"Markdown: headings, lists, paragraphs"`
		VideoURL     string `json:"video_url,omitempty"`
		DownloadURL  string `json:"download_url"`
	}
}

func (s *Server) getRules(ctx context.Context, in *rulesInput) (*rulesOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID)
	if err != nil {
		return nil, err
	}
	out := &rulesOutput{}
	out.Body.RulesVersion = rulesVersion
	out.Body.DownloadURL = base + "/orders/" + order.ID + "/rules/download?language=" + rulesLanguage(in.Language)
	out.Body.Text, err = s.rulesFor(order, in.Language)
	return out, err
}

// downloadRules sends the rules as a text file that every phone opens. The
// link names the language that was read; the browser's own may be another.
func (s *Server) downloadRules(c *fiber.Ctx) error {
	order, err := s.ownOrder(c.UserContext(), s.Store.FindOrder, c.Params("id"))
	if err != nil {
		return err
	}
	text, err := s.rulesFor(order, c.Query("language", c.Get(fiber.HeaderAcceptLanguage)))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="exam-rules.txt"`)
	return c.SendString(text)
}

// rulesData is what the rules' text needs of the settings and the order.
type rulesData struct {
	Subject        string
	Grade          int
	Minutes        int
	Limits         []limitData
	Attempts       int
	Resets         int
	MegaBytes      int64
	Side           bool
	Draws          bool
	ResetsByWindow bool
}

type limitData struct{ From, To, Minutes int }

func (s *Server) rulesFor(o exam.Order, language string) (string, error) {
	rules := s.Store.Rules()
	data := rulesData{
		Subject:        o.Subject,
		Grade:          o.Grade,
		Minutes:        int(rules.Limit(o.Grade).Minutes()),
		Attempts:       rules.MaxAttempts,
		Resets:         rules.MaxResets(),
		MegaBytes:      rules.MaxClipBytes / (1 << 20),
		ResetsByWindow: rules.ResetTimedOut == exam.ResetWithinWindow,
	}
	for _, band := range rules.TimeLimits {
		data.Limits = append(data.Limits, limitData{From: band.From, To: band.To, Minutes: int(band.Limit.Minutes())})
	}
	for _, name := range sideSubjects {
		data.Side = data.Side || strings.Contains(strings.ToLower(o.Subject), name)
	}
	for _, spec := range o.Items {
		data.Draws = data.Draws || spec.Drawn
	}
	var text bytes.Buffer
	err := rulesText.ExecuteTemplate(&text, rulesLanguage(language)+".md", data)
	return text.String(), err
}

// rulesLanguage is Chinese unless the phone asks for English first.
func rulesLanguage(asked string) string {
	if strings.HasPrefix(strings.ToLower(asked), "en") {
		return "en"
	}
	return "zh-CN"
}
