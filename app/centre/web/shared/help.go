package shared

import (
	"time"

	"kaodian/app/centre/store"
)

// HelpState is what a phone says of itself (R30). What it does not know is
// left out; nothing of it is believed, it is only shown. It is exported
// because Huma fills in embedded structs only when they are.
type HelpState struct {
	Page       string      `json:"page" maxLength:"32" doc:"The page's name"`
	Battery    *int        `json:"battery_percent,omitempty" minimum:"0" maximum:"100"`
	Charging   *bool       `json:"charging,omitempty"`
	Connection string      `json:"connection,omitempty" maxLength:"32" doc:"wifi, cellular, slow-2g, 2g, 3g, 4g, offline"`
	Upload     *HelpUpload `json:"upload,omitempty"`
	LastError  string      `json:"last_error,omitempty" maxLength:"64" doc:"A code of ours"`
	Visible    *bool       `json:"visible,omitempty" doc:"Whether the page is in front"`
}

// HelpUpload is how far a video is.
type HelpUpload struct {
	Item    string `json:"item" maxLength:"64"`
	State   string `json:"state" maxLength:"16"`
	Percent int    `json:"percent" minimum:"0" maximum:"100"`
}

// HelpAnswerBody is an answer of the staff.
type HelpAnswerBody struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind" enum:"coming,sound,wait_line,wifi,camera,own_camera,calm,rest,numbers,page,text"`
	Text   string    `json:"text,omitempty"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	ReadAt time.Time `json:"read_at,omitzero" doc:"When the child said so"`
}

// AnswersOf are the answers to a call, oldest first.
func AnswersOf(call store.HelpCall) []HelpAnswerBody {
	all := []HelpAnswerBody{}
	for _, a := range call.Answers {
		all = append(all, HelpAnswerBody{ID: a.ID, Kind: a.Kind, Text: a.Text, At: a.At, By: a.By, ReadAt: a.Read})
	}
	return all
}
