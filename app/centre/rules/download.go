package rules

import (
	"bytes"
	_ "embed"
	"html/template"

	"github.com/yuin/goldmark"
)

//go:embed download.html
var downloadPage string

var download = template.Must(template.New("download").Parse(downloadPage))

type downloadData struct {
	Language string
	Text     template.HTML
	Pages    []drawn
}

type drawn struct {
	Picture     template.HTML
	Title, Text string
}

// Download is text and pictures as one HTML file that needs nothing else, to
// keep or to print.
func Download(text, subject, language string) ([]byte, error) {
	var html bytes.Buffer
	// Markup in the text, such as a subject's odd name, is left out by goldmark.
	if err := goldmark.Convert([]byte(text), &html); err != nil {
		return nil, err
	}
	d := downloadData{Language: language, Text: template.HTML(html.String())} //nolint:gosec // goldmark's, see above
	for _, p := range Pages(subject) {
		picture := template.HTML(Picture(p.ID)) //nolint:gosec // our own drawings
		d.Pages = append(d.Pages, drawn{Picture: picture, Title: p.Title[language], Text: p.Text[language]})
	}
	var page bytes.Buffer
	err := download.Execute(&page, d)
	return page.Bytes(), err
}
