package candidate

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/rules"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

type rulesInput struct {
	shared.IDInput
	Language string `header:"Accept-Language"`
}

type rulesOutput struct {
	Body struct {
		RulesVersion string             `json:"rules_version"`
		Text         string             `json:"text" doc:"Markdown: headings, lists, paragraphs"`
		VideoURL     string             `json:"video_url,omitempty"`
		SubtitlesURL string             `json:"subtitles_url,omitempty" doc:"WebVTT in the language of the text"`
		DownloadURL  string             `json:"download_url"`
		Pictures     []rulesPictureBody `json:"pictures" doc:"To be turned where the video is not played (R6)"`
	}
}

type rulesPictureBody struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	URL   string `json:"url"`
}

// Addresses of what does not depend on the order. The version keeps phones from
// showing what they kept of older rules.
const rulesBase = shared.Base + "/rules"

func (s *Server) getRules(ctx context.Context, in *rulesInput) (*rulesOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID)
	if err != nil {
		return nil, err
	}
	language, query := rules.Language(in.Language), "?v="+rules.Version()
	out := &rulesOutput{}
	out.Body.RulesVersion = rules.Version()
	out.Body.DownloadURL = shared.Base + "/orders/" + order.ID + "/rules/download?language=" + language
	if rules.Video() != nil {
		out.Body.VideoURL = rulesBase + "/video" + query
		out.Body.SubtitlesURL = rulesBase + "/subtitles/" + language + query
	}
	for _, page := range rules.Pages(order.Subject) {
		out.Body.Pictures = append(out.Body.Pictures, rulesPictureBody{
			ID: page.ID, Title: page.Title[language], Text: page.Text[language], URL: rulesBase + "/pictures/" + page.ID + query,
		})
	}
	out.Body.Text, err = rules.Text(s.Store.Rules(), order, language)
	return out, err
}

// downloadRules sends the rules with their pictures as one file. The link names
// the language that was read; the browser's own may be another.
func (s *Server) downloadRules(c *fiber.Ctx) error {
	order, err := s.ownOrder(c.UserContext(), s.Store.FindOrder, c.Params("id"))
	if err != nil {
		return err
	}
	language := rules.Language(c.Query("language", c.Get(fiber.HeaderAcceptLanguage)))
	text, err := rules.Text(s.Store.Rules(), order, language)
	if err != nil {
		return err
	}
	page, err := rules.Download(text, order.Subject, language)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="exam-rules.html"`)
	return c.Send(page)
}

func (s *Server) getRulesPicture(c *fiber.Ctx) error {
	picture := rules.Picture(c.Params("id"))
	if picture == nil {
		return fiber.ErrNotFound
	}
	return webkit.SendBytes(c, picture, "image/svg+xml")
}

func (s *Server) getRulesVideo(c *fiber.Ctx) error {
	if rules.Video() == nil {
		return fiber.ErrNotFound
	}
	return webkit.SendBytes(c, rules.Video(), "video/mp4")
}

func (s *Server) getRulesSubtitles(c *fiber.Ctx) error {
	language := c.Params("language")
	if rules.Language(language) != language {
		return fiber.ErrNotFound
	}
	return webkit.SendBytes(c, []byte(rules.Subtitles(language)), "text/vtt; charset=utf-8")
}
