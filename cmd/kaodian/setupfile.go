package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"kaodian/app/base/alike"
	"kaodian/app/base/login"
	"kaodian/app/base/text"
	"kaodian/app/centre/store"
	"kaodian/app/webkit"
	"kaodian/sync/batch"
)

// answers are what the setup file says. Its settings have the names that they
// have in the settings file, as far as a centre may choose them.
type answers struct {
	Account []accountAnswer `toml:"account"`
	Exam    struct {
		CentreName    *string `toml:"centre_name"`
		Timezone      *string `toml:"timezone"`
		PracticeFirst *bool   `toml:"practice_first"`
		ReviewTime    *string `toml:"review_time"`
	} `toml:"exam"`
	Retention struct {
		AfterReceipt *string `toml:"after_receipt"`
	} `toml:"retention"`
	Sync struct {
		Schedule  *string `toml:"schedule"`
		Bandwidth *int    `toml:"bandwidth"`
	} `toml:"sync"`
	HTTP struct {
		MaxSocketsPerAddress *int `toml:"max_sockets_per_address"`
	} `toml:"http"`
	Wifi struct {
		Name     *string `toml:"name"`
		Password *string `toml:"password"`
	} `toml:"wifi"`
	Province struct {
		EnrolmentFile string `toml:"enrolment_file"`
	} `toml:"province"`
	Lists struct {
		Syllabus string `toml:"syllabus"`
		Orders   string `toml:"orders"`
		Photos   string `toml:"photos"`
	} `toml:"lists"`
}

// accountAnswer is one account. Its password lies in a file of its own, so that
// this one can be kept and copied.
type accountAnswer struct {
	Name         string `toml:"name"`
	Role         string `toml:"role"`
	PasswordFile string `toml:"password_file"`
}

// setupFile reads answers; its errors name the line.
type setupFile struct {
	path string
	text []byte
}

// readAnswers reads and checks the file, without a data folder.
func readAnswers(path string) (plan, error) {
	content, err := readShort(path)
	if err != nil {
		return plan{}, err
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // as Windows' editor begins its files
	f := setupFile{path, content}
	var a answers
	if err := toml.NewDecoder(bytes.NewReader(content)).DisallowUnknownFields().Decode(&a); err != nil {
		return plan{}, f.unreadable(err)
	}
	p := plan{settings: a.settings()}
	for _, name := range slices.Sorted(keysOf(p.settings)) {
		if err := choosable[name].check(p.settings[name]); err != nil {
			section, key, _ := strings.Cut(strings.Replace(name, "wifi_", "wifi.", 1), ".")
			return plan{}, f.wrong(section, key, 1, "%s", expected(name))
		}
	}
	for n, account := range a.Account {
		user, err := f.account(n+1, account)
		if err != nil {
			return plan{}, err
		}
		if slices.ContainsFunc(p.accounts, func(other newAccount) bool { return alike.Names(other.Name, user.Name) }) {
			return plan{}, f.wrong("account", "name", n+1, "there is an account %q above already, or one that looks like it; leave one out", user.Name)
		}
		p.accounts = append(p.accounts, user)
	}
	if p.enrolment, err = f.enrolment(a.Province.EnrolmentFile); err != nil {
		return plan{}, err
	}
	return p, f.lists(&p, a)
}

// readShort reads a file that a person wrote or was sent; a device or a video
// that was named by mistake is not read to its end.
func readShort(path string) ([]byte, error) {
	const most = 1 << 20
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && len(content) > most {
		err = fmt.Errorf("%s is longer than 1 MiB, so it is another file; write the name of the right one", path)
	}
	return content, err
}

func (f setupFile) unreadable(err error) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(strict.Errors) > 0 {
		unknown := strict.Errors[0]
		row, _ := unknown.Position()
		return fmt.Errorf("%s, line %d: %s is no key of the setup file; remove or correct it", f.path, row, strings.Join(unknown.Key(), "."))
	}
	if broken, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, _ := broken.Position()
		if key := f.keyAt(row); key != "" && strings.Contains(broken.Error(), "cannot decode") {
			return fmt.Errorf("%s, line %d: %s has a value of another kind than it takes; %s", f.path, row, key, expected(strings.Replace(key, "wifi.", "wifi_", 1)))
		}
		return fmt.Errorf("%s, line %d: %s; correct it", f.path, row, text.OneLine(broken))
	}
	return fmt.Errorf("%s: %s; correct it", f.path, text.OneLine(err))
}

// wrong names the line of the key in the n-th section of that name.
func (f setupFile) wrong(section, key string, n int, format string, args ...any) error {
	return fmt.Errorf("%s, line %d: %s.%s: %s", f.path, f.line(section, key, n), section, key, fmt.Sprintf(format, args...))
}

// settings are the answers by the settings' names, as they are chosen.
func (a answers) settings() map[string]string {
	chosen := map[string]string{}
	for name, value := range map[string]*string{
		"exam.centre_name": a.Exam.CentreName, "exam.timezone": a.Exam.Timezone, "exam.review_time": a.Exam.ReviewTime,
		"retention.after_receipt": a.Retention.AfterReceipt, "sync.schedule": a.Sync.Schedule,
		store.WifiName: a.Wifi.Name, store.WifiPassword: a.Wifi.Password,
	} {
		if value != nil {
			chosen[name] = *value
		}
	}
	for name, value := range map[string]*int{"sync.bandwidth": a.Sync.Bandwidth, "http.max_sockets_per_address": a.HTTP.MaxSocketsPerAddress} {
		if value != nil {
			chosen[name] = strconv.Itoa(*value)
		}
	}
	if a.Exam.PracticeFirst != nil {
		chosen["exam.practice_first"] = strconv.FormatBool(*a.Exam.PracticeFirst)
	}
	return chosen
}

// expected says what a setting takes.
func expected(name string) string {
	return cmp.Or(map[string]string{
		"exam.centre_name":             "write one line of at most 64 characters, without spaces at its ends",
		"exam.timezone":                "there is no such time zone; write a name such as Asia/Shanghai",
		"exam.practice_first":          "write true or false",
		"exam.review_time":             `write a span of time from "0s" to "2160h", such as "72h"`,
		"retention.after_receipt":      `write a span of time from "168h" to "87600h", such as "720h"`,
		"sync.schedule":                "that is no schedule; write for example 0 20 * * *",
		"sync.bandwidth":               "write a whole number of KB a second from 0 to 10000000",
		"http.max_sockets_per_address": "write a whole number from 6 to 10000",
		store.WifiName:                 "write one line of at most 32 bytes, as on the router",
		store.WifiPassword:             "write 8 to 63 letters, digits or signs, or nothing for an open Wi-Fi",
	}[name], "write a text in quotation marks")
}

func (f setupFile) account(n int, a accountAnswer) (newAccount, error) {
	user := newAccount{User: store.User{Name: a.Name, Role: login.Role(a.Role)}}
	if err := webkit.CheckAccountName(a.Name); err != nil {
		return user, f.wrong("account", "name", n, "%s", text.OneLine(err))
	}
	if !slices.Contains(store.Roles(), user.Role) {
		var roles []string
		for _, role := range store.Roles() {
			roles = append(roles, string(role))
		}
		return user, f.wrong("account", "role", n, "%q is no role; write one of %s", a.Role, strings.Join(roles, ", "))
	}
	if a.PasswordFile == "" {
		return user, f.wrong("account", "password_file", n, "it is missing; write the name of a file that holds the password and that only you can read")
	}
	path := f.beside(a.PasswordFile)
	info, err := os.Stat(path)
	if err != nil {
		return user, f.wrong("account", "password_file", n, "%s cannot be read; write the name of a file that is there", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return user, f.wrong("account", "password_file", n, "others can read %s; run «chmod 600 %[1]s»", path)
	}
	password, err := readShort(path)
	if err != nil {
		return user, f.wrong("account", "password_file", n, "%s", text.OneLine(err))
	}
	if user.Password, err = webkit.NewPassword(a.Name, strings.TrimRight(string(password), "\r\n")); err != nil {
		return user, f.wrong("account", "password_file", n, "%s", text.OneLine(err))
	}
	return user, nil
}

// beside is a path of the file, which counts from the file's own folder.
func (f setupFile) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(f.path), path)
}

func (f setupFile) enrolment(path string) (*batch.Invitation, error) {
	if path == "" {
		return nil, nil
	}
	content, err := readShort(f.beside(path))
	if err != nil {
		return nil, f.wrong("province", "enrolment_file", 1, "%s; write the name of the file that the province sent", text.OneLine(err))
	}
	invitation, err := batch.ParseInvitation(content)
	if err != nil {
		return nil, f.wrong("province", "enrolment_file", 1, "%s", text.OneLine(err))
	}
	return &invitation, nil
}

func (f setupFile) lists(p *plan, a answers) error {
	if a.Lists.Photos != "" && a.Lists.Orders == "" {
		return f.wrong("lists", "photos", 1, "there is no list that they belong to; write lists.orders too")
	}
	for _, one := range []struct {
		key, path string
		folder    bool
	}{{"syllabus", a.Lists.Syllabus, true}, {"orders", a.Lists.Orders, false}, {"photos", a.Lists.Photos, true}} {
		if one.path == "" {
			continue
		}
		if info, err := os.Stat(f.beside(one.path)); err != nil || info.IsDir() != one.folder {
			return f.wrong("lists", one.key, 1, "%s is not there, or is no %s; write its name", f.beside(one.path), map[bool]string{true: "folder", false: "file"}[one.folder])
		}
	}
	if a.Lists.Syllabus != "" {
		p.lists = append(p.lists, (&importSyllabusCommand{Dir: f.beside(a.Lists.Syllabus)}).take)
	}
	if a.Lists.Orders != "" {
		orders := &importOrdersCommand{File: f.beside(a.Lists.Orders)}
		if a.Lists.Photos != "" {
			orders.Photos = f.beside(a.Lists.Photos)
		}
		p.lists = append(p.lists, orders.take)
	}
	return nil
}
