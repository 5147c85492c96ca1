package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"kaodian/app/centre/store/storetest"
)

// secrets are what stands in these columns, of whoever it is.
var secretColumns = map[string][]string{
	"orders":         {"ticket", "name", "pinyin", "id_number", "guardian_address", "phone", "photo", "birth_date", "subject"},
	"attempts":       {"code", "device"},
	"items":          {"piece", "question_title"},
	"questions":      {"title", "item"},
	"users":          {"name", "password"},
	"staff_sessions": {"id"},
	"sessions":       {"id"},
	"devices":        {"id"},
	"audit":          {"by_name", "reason"},
}

// secretsOf are all values of those columns, every text with a Chinese sign, and
// what lies in the folder of keys.
func secretsOf(t *testing.T, data string) map[string]string {
	t.Helper()
	db := storetest.Open(t, filepath.Join(data, databaseName))
	found := map[string]string{}
	for _, table := range names(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		for _, column := range names(t, db, "SELECT name FROM pragma_table_info('"+table+"') WHERE type = 'TEXT'") {
			for _, text := range names(t, db, "SELECT DISTINCT "+column+" FROM "+table+" WHERE "+column+" IS NOT NULL") {
				if isSecret(table, column, text) {
					found[text] = table + "." + column
				}
			}
		}
	}
	must(t, filepath.WalkDir(filepath.Join(data, "keys"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); len(line) > 20 {
				found[line] = path
			}
		}
		return err
	}))
	return found
}

func isSecret(table, column, text string) bool {
	if len(text) < 2 || text == "system" { // a word of the program's
		return false
	}
	for _, named := range secretColumns[table] {
		if named == column {
			return true
		}
	}
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func names(t *testing.T, db *storetest.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		list = append(list, name)
	}
	must(t, rows.Err())
	return list
}

// unpack is what the bundle's files say, by their names.
func unpack(t *testing.T, content []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	files := map[string]string{}
	for _, entry := range z.File {
		file, err := entry.Open()
		must(t, err)
		text, err := io.ReadAll(file)
		must(t, err)
		files[entry.Name] = string(text)
	}
	return files
}

// demoDay is a served demonstration on which somebody sits, somebody waits, and
// things went wrong.
func demoDay(t *testing.T) (data string, p *program, d desk, said []string) {
	t.Helper()
	data = t.TempDir()
	text, status := output(t, "demo", "--data", data, "--json")
	if status != 0 {
		t.Fatal(text)
	}
	var logins demonstration
	must(t, json.Unmarshal([]byte(text), &logins))
	for _, staff := range logins.Staff {
		said = append(said, staff.Name, staff.Password)
	}
	p, d = openDesk(t, data)
	said = append(said, "wang", "long enough")
	for i, c := range logins.Candidates {
		said = append(said, c.Ticket, c.IDNumber)
		if i < 2 {
			sitDemo(t, p, c.Ticket, c.IDNumber)
		}
	}
	stranger := p.visitor(t, "")
	stranger.call("POST", "/api/v1/login", map[string]string{"ticket": "诸葛小欢", "id_number": "370102201605060088"})
	d.want(http.StatusOK, "POST", "/api/v1/staff/settings/exam.centre_name", map[string]string{"value": "历下考点"}, nil)
	d.looked()
	return data, p, d, append(said, "诸葛小欢", "370102201605060088", "历下考点", "127.0.0.1")
}

// sitDemo starts an attempt of that candidate, whose upload is broken.
func sitDemo(t *testing.T, p *program, ticket, idNumber string) {
	t.Helper()
	v := p.visitor(t, "")
	v.want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": ticket, "id_number": idNumber}, nil)
	var orders []struct{ ID, Status string }
	v.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	for _, order := range orders {
		if order.Status != "open" {
			continue
		}
		v.want(http.StatusNoContent, "POST", "/api/v1/orders/"+order.ID+"/consent", map[string]any{"face": false}, nil)
		var rules struct {
			Version string `json:"rules_version"`
		}
		v.want(http.StatusOK, "GET", "/api/v1/orders/"+order.ID+"/rules", nil, &rules)
		var started struct{ ID string }
		v.want(http.StatusCreated, "POST", "/api/v1/orders/"+order.ID+"/attempts", map[string]any{"agreed": true, "rules_version": rules.Version}, &started)
		v.want(http.StatusOK, "POST", "/api/v1/attempts/"+started.ID+"/acknowledge", nil, nil)
		v.upload(started.ID, []byte("no video"))
		return
	}
	t.Fatalf("%s has no open order: %v", ticket, orders)
}

// A bundle of a demonstration's day has none of its names, numbers, titles, codes
// or keys, whether it is made at the desk or by the command.
func TestASupportBundleHasNothingPersonalAndNoSecret(t *testing.T) {
	data, p, d, said := demoDay(t)
	status, pressed := d.call("GET", "/api/v1/staff/support", nil)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, pressed)
	}
	file := filepath.Join(t.TempDir(), "bundle.zip")
	if _, complained, status := typed(t, "", "support", file, "--data", data); status != 0 {
		t.Fatal(complained)
	}
	if _, complained, status := typed(t, "", "support", file, "--data", data); status != exitRefused || !strings.Contains(complained, "name a new file") {
		t.Errorf("over another file: %d %s", status, complained)
	}
	typedFile, err := os.ReadFile(file)
	must(t, err)
	p.stop(t)
	secrets := secretsOf(t, data)
	for _, one := range said {
		secrets[one] = "said"
	}
	if len(secrets) < 50 {
		t.Fatalf("only %d secrets: %v", len(secrets), secrets)
	}
	for name, content := range map[string][]byte{"desk": pressed, "command": typedFile} {
		files := unpack(t, content)
		for _, want := range []string{"README.txt", "about.json", "checks.json", "settings.json", "database.json", "files.json", "batches.json", "log.jsonl"} {
			if len(files[want]) < 3 {
				t.Errorf("%s: %s says %q", name, want, files[want])
			}
		}
		var checks []bundleCheck
		must(t, json.Unmarshal([]byte(files["checks.json"]), &checks))
		if len(checks) != 12 || checks[0].Code != "data_good" {
			t.Errorf("%s: %+v", name, checks)
		}
		for file, text := range files {
			for secret, of := range secrets {
				if file != "README.txt" && betrays(text, secret) {
					t.Errorf("%s: %s says %q (%s)", name, file, secret, of)
				}
			}
		}
	}
	bad := `{"wrong": "` + said[len(said)-4] + `"}`
	if !betrays(bad, said[len(said)-4]) || !betrays("a 1234 b", "1234") || betrays("a12345b", "1234") {
		t.Error("a secret would not be found")
	}
}

// betrays finds a secret that is no part of another word or number.
func betrays(text, secret string) bool {
	return regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(secret) + `($|[^\pL\pN])`).MatchString(text)
}

// Where the data cannot be opened, the bundle says so and what else is known.
func TestASupportBundleOfADamagedCentreIsMade(t *testing.T) {
	data := emptyCentre(t)
	path := filepath.Join(data, databaseName)
	content, err := os.ReadFile(path)
	must(t, err)
	for i := 200; i < len(content); i++ {
		content[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, content, 0o600))
	file := filepath.Join(t.TempDir(), "bundle.zip")
	if _, complained, status := typed(t, "", "support", file, "--data", data); status != 0 {
		t.Fatal(complained)
	}
	bundled, err := os.ReadFile(file)
	must(t, err)
	files := unpack(t, bundled)
	if !strings.Contains(files["about.json"], `"data_error"`) || !strings.Contains(files["checks.json"], `"data_`) || strings.Contains(files["about.json"], data) {
		t.Errorf("%v", files)
	}
}
