package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
)

// atDesk is the same clip for staff.
func (s *site) atDesk(secure bool) (target, error) {
	client, err := s.centre.Desk(s.ctx)
	if err != nil {
		return target{}, err
	}
	return s.atCentre(secure, client, "/api/v1/staff/clips/"+s.clip+"/video"), nil
}

const reviewerPassword = "a password of the bench"

// startProvince has the clip travel: submit, seal, drop, receive.
func (s *site) startProvince() error {
	store, drop, enrolment := filepath.Join(scratch, "province"), filepath.Join(scratch, "drop"), filepath.Join(scratch, "enrolment.json")
	absolute, err := filepath.Abs(drop)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(drop, 0o700); err != nil {
		return err
	}
	if err := s.phone.Call(s.ctx, "POST", "/attempts/"+s.phone.Attempt+"/submit", nil, nil); err != nil {
		return err
	}
	for _, step := range []struct {
		input string
		words []string
	}{
		{"", []string{"bin/kaodian-province", "init", "--store", store}},
		{"", []string{"bin/kaodian-province", "enrol", "bench", "--store", store, "--drop", "dir:" + absolute, "--out", enrolment}},
		{reviewerPassword + "\n", []string{"bin/kaodian-province", "user", "add", "reviewer", "--role", "reviewer", "--store", store}},
		{"", []string{"bin/kaodian", "enrol", enrolment, "--data", s.data()}},
	} {
		if err := command(s.ctx, step.input, step.words...); err != nil {
			return err
		}
	}
	return errors.Join(s.send(store, drop), s.serveProvince(store))
}

// send tries until the clip was examined and can be sealed.
func (s *site) send(store, drop string) error {
	settings := filepath.Join(scratch, "kaodian.toml")
	for range 60 {
		err := errors.Join(
			command(s.ctx, "", "bin/kaodian", "sync", "now", "--data", s.data(), "--config", settings),
			command(s.ctx, "", "bin/kaodian-province", "receive", "--store", store, "--root", drop),
		)
		if err != nil {
			return err
		}
		if media, err := filepath.Glob(filepath.Join(drop, "bench", "*", "*", "media", "*.age")); err != nil || len(media) > 0 {
			return err
		}
		time.Sleep(time.Second)
	}
	return errors.New("the clip was not sent within a minute")
}

func command(ctx context.Context, input string, words ...string) error {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, out)
	}
	return nil
}

func (s *site) serveProvince(store string) error {
	address, err := centre.FreeAddress()
	if err != nil {
		return err
	}
	s.province = exec.Command("bin/kaodian-province", "serve", "--store", store, "--http", address)
	s.province.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := s.province.Start(); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client, url := &http.Client{Jar: jar}, "http://"+address
	for range 100 {
		if err = centre.Call(s.ctx, client, "POST", url+"/api/v1/login", map[string]any{"name": "reviewer", "password": reviewerPassword}, nil); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	var list struct{ Clips []struct{ ID string } }
	if err := centre.Call(s.ctx, client, "GET", url+"/api/v1/clips", nil, &list); err != nil {
		return err
	}
	if len(list.Clips) != 1 {
		return fmt.Errorf("the province has %d clips, not the one that was sent", len(list.Clips))
	}
	s.received = target{name: "ours", address: address, header: cookiesOf(client, url), path: "/api/v1/clips/" + list.Clips[0].ID + "/video", pid: s.province.Process.Pid}
	return nil
}
