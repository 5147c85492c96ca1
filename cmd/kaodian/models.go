package main

import (
	"context"
	"fmt"
	"path/filepath"

	"kaodian/media/vision"
)

type modelsCommands struct {
	List    modelsListCommand    `cmd:"" default:"1" help:"List the networks and which of them are in use."`
	Install modelsInstallCommand `cmd:"" help:"Install a network; the server uses it from its next start on."`
}

type modelsListCommand struct{}

type modelBody struct {
	Name    string  `json:"name"`
	File    string  `json:"file"`
	SHA256  string  `json:"sha256"`
	Use     string  `json:"use"`     // detector, points, comparison, liveness, speech
	Descent string  `json:"descent"` // licence as declared, origin, training
	Match   float64 `json:"match,omitempty"`
	NoMatch float64 `json:"no_match,omitempty"`
	Origin  string  `json:"origin,omitempty"`
	Errors  string  `json:"errors,omitempty"` // how often it is wrong
	Finds   string  `json:"finds,omitempty"`  // how small the faces are that it finds
}

func bodyOf(c vision.Card) modelBody {
	body := modelBody{Name: c.Name, File: c.File, SHA256: c.SHA256, Use: string(c.Role), Descent: c.Descent()}
	switch c.Role {
	case vision.RoleComparison:
		body.Match, body.NoMatch, body.Origin, body.Errors = c.Match, c.NoMatch, c.Origin, c.Errors()
	case vision.RoleDetector:
		body.Finds = c.Finds()
	}
	return body
}

// wordsOf is a network in use as lines of text.
func wordsOf(c vision.Card) string {
	text := fmt.Sprintf("%s: %s (%s)\n  %s\n", c.Role, c.Label(), c.File, c.Descent())
	switch c.Role {
	case vision.RoleComparison:
		text += fmt.Sprintf("  %s\n  %s\n", c.Limits(), c.Errors())
	case vision.RoleDetector:
		text += "  " + c.Finds() + "\n"
	case vision.RoleLiveness:
		text += "  nothing asks it yet\n"
	}
	return text
}

// Run lists the networks that a server would use now, and those it would not.
func (modelsListCommand) Run(ctx context.Context, common *common) error {
	if _, err := common.ready(ctx, toUse); err != nil {
		return err
	}
	found, err := vision.FindModels(modelFolders(common.Data))
	if err != nil {
		return err
	}
	answer := struct {
		InUse    []modelBody `json:"in_use"`
		Problems []string    `json:"problems"`
	}{InUse: []modelBody{}, Problems: append([]string{}, found.Problems...)}
	text := ""
	for _, m := range []struct {
		model *vision.Model
		lack  string
	}{
		{found.Detector, "detector: OpenCV's own, which overlooks two faces of three\n"},
		{found.Points, ""},
		{found.Network, "comparison: none, so no clip is compared with its photo\n"},
		{found.Liveness, ""},
		{found.Speech, "speech: none, so nothing says whether a clip has an announcement\n"},
	} {
		if m.model == nil {
			text += m.lack
			continue
		}
		answer.InUse = append(answer.InUse, bodyOf(m.model.Card))
		text += wordsOf(m.model.Card)
	}
	for _, problem := range found.Problems {
		text += "not used: " + problem + "\n"
	}
	if found.Detector == nil || found.Network == nil {
		text += "Install a network with: kaodian models install FILE\n"
	}
	return common.say(answer, "%s", text)
}

type modelsInstallCommand struct {
	Files []string `arg:"" name:"file" help:"The network (.onnx); one that this program does not know needs FILE.card.json beside it." type:"existingfile"`
}

// Run checks each file and copies it into the data folder.
func (m *modelsInstallCommand) Run(ctx context.Context, common *common) error {
	if _, err := common.ready(ctx, toUse); err != nil {
		return err
	}
	var installed []string
	for _, file := range m.Files {
		card, err := vision.Install(file, filepath.Join(common.Data, "models"))
		if err != nil {
			return err
		}
		installed = append(installed, card.Label())
		if !common.JSON {
			fmt.Printf("%s is installed; the server uses it from its next start on\n", card.Label())
		}
	}
	if common.JSON {
		return common.say(map[string]any{"installed": installed}, "")
	}
	return nil
}
