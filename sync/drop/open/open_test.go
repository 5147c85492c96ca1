package open_test

import (
	"strings"
	"testing"

	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
)

func TestADropIsOpenedByItsURL(t *testing.T) {
	for _, url := range []string{"dir:" + t.TempDir(), "ftp://user:secret@127.0.0.1:2121/in", "ftps://user:secret@drop.example/"} {
		d, err := open.Open(drop.Place{URL: url}, nil)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if err := d.Close(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// I6: the password stays out of messages and logs.
func TestNoMessageTellsThePassword(t *testing.T) {
	for _, url := range []string{"", "http://user:secret@host/", "sftp://user:secret@host/", "ftp://user:secret@/", "ftp://user:secret@host:port/",
		"ftp://user:secret@ho st/", "ftp://user:sec%ret@host/", "FTP://user:secret@host/", "user:secret@host"} {
		_, err := open.Open(drop.Place{URL: url}, nil)
		if err == nil {
			t.Errorf("%q was opened", url)
			continue
		}
		for _, text := range []string{err.Error(), drop.Redacted(url)} {
			if strings.Contains(text, "secret") || strings.Contains(text, "sec%ret") {
				t.Errorf("%q tells %q", url, text)
			}
		}
	}
	if got := drop.Redacted("ftp://user:secret@host:21/in"); got != "ftp://user:xxxxx@host:21/in" {
		t.Errorf("got %s", got)
	}
}
