package exam

import "strings"

// Requirement is one of the recording requirements (R32), as the category
// under which a person marks a clip that departs from it. None decides alone.
type Requirement struct {
	Category string // translated, so none is ever renamed
	Side     *bool  // only for subjects that are filmed from the side (true) or not (false)
}

// requirements are R32's list, in the order in which a page offers them.
var requirements = []Requirement{
	{Category: "no_announcement"},
	{Category: "face_not_full"},
	{Category: "not_side_view", Side: new(true)},
	{Category: "body_or_keyboard_cut", Side: new(true)},
	{Category: "not_front_view", Side: new(false)},
	{Category: "distance"},
	{Category: "camera_moved"},
	{Category: "not_landscape"},
	{Category: "background"},
	{Category: "light"},
	{Category: "noise"},
	{Category: "other_person"},
	{Category: "hat"},
	{Category: "jewellery"},
	{Category: "uniform_or_sign"},
	{Category: "not_from_memory"},
	{Category: "break_in_take"},
	{Category: "other"},
}

// sideSubjects are filmed from the side, with the whole body and the keyboard (R32).
var sideSubjects = []string{"钢琴", "电子琴", "piano", "keyboard"}

// FilmedFromTheSide says where the camera stands for a subject (R32).
func FilmedFromTheSide(subject string) bool {
	for _, name := range sideSubjects {
		if strings.Contains(strings.ToLower(subject), name) {
			return true
		}
	}
	return false
}

// Categories are what can be marked in a clip of that subject (R32).
func Categories(subject string) []string {
	side := FilmedFromTheSide(subject)
	var categories []string
	for _, r := range requirements {
		if r.Side == nil || *r.Side == side {
			categories = append(categories, r.Category)
		}
	}
	return categories
}
