package roster

import (
	"strings"
	"testing"
	"time"
)

// What a list is said to need is what its reader asks for.
func TestTheExampleIsAGoodRowAndNeedsWhatIsSaidOfIt(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, shanghai)
	headings := OrderHeadings(now)
	file := func(without, empty string) []byte {
		var heads, cells []string
		for _, h := range headings {
			if h.English == without {
				continue
			}
			value := h.Example
			if h.English == empty {
				value = ""
			}
			heads, cells = append(heads, h.Label()), append(cells, value)
		}
		return []byte(strings.Join(heads, ",") + "\n" + strings.Join(cells, ",") + "\n")
	}
	if list := ReadOrders(file("", ""), shanghai); len(list.Rows) != 1 || len(list.Problems) > 0 || list.Rows[0].Registration.Window.OpensAt.Before(now) {
		t.Fatalf("%d rows, %v", len(list.Rows), list.Problems)
	}
	for _, h := range headings {
		if missing := ReadOrders(file(h.English, ""), shanghai); Failed(missing.Problems) != (h.Need != NeedNot) {
			t.Errorf("%s is %s, without the column: %v", h.English, h.Need, missing.Problems)
		}
		if empty := ReadOrders(file("", h.English), shanghai); Failed(empty.Problems) != (h.Need == NeedCell) {
			t.Errorf("%s is %s, with an empty cell: %v", h.English, h.Need, empty.Problems)
		}
	}
}

func TestColumnsAreKnownByWhatSomeWriteInstead(t *testing.T) {
	_, heads := headings(orderColumns)
	keys, _ := headings(orderColumns)
	others := map[string]string{"通讯地址": "家长地址", "电话": "联系电话（必填）", "证件号码": "身份证号"}
	for i, head := range heads {
		if other, there := others[head]; there {
			heads[i] = other
		}
	}
	list := ReadOrders(asCSV(heads, keys, good(nil)), shanghai)
	if len(list.Rows) != 1 || len(list.Problems) > 0 || list.Rows[0].Registration.Phone != "13800138000" || list.Rows[0].Registration.GuardianAddress == "" {
		t.Errorf("%d rows, %v", len(list.Rows), list.Problems)
	}
	// Beside the column itself the other one is only named as left out.
	list = ReadOrders(asCSV(append(heads, "手机"), append(keys, "pinyin"), good(nil)), shanghai)
	if len(list.Rows) != 1 || len(list.Problems) != 1 || list.Problems[0].Code != ColumnUnknown {
		t.Errorf("with two of them: %d rows, %v", len(list.Rows), list.Problems)
	}
}

func TestABadRowSaysWhoseItIs(t *testing.T) {
	keys, _ := headings(orderColumns)
	list := ReadOrders(asCSV(keys, keys, good(nil), good(row{"ticket": "2", "name": "王静", "grade": "eleven"}), good(row{"ticket": "3", "name": ""})), shanghai)
	want := []RefusedRow{{Number: 3, Ticket: "2", Name: "王静"}, {Number: 4, Ticket: "3"}}
	if len(list.Rows) != 1 || len(list.Refused) != 2 || list.Refused[0] != want[0] || list.Refused[1] != want[1] {
		t.Errorf("%d rows, refused %+v", len(list.Rows), list.Refused)
	}
}
