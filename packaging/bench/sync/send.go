package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kaodian/packaging/bench/row"
)

const sentBytes = 512 * mebibyte

// sending compares how long a program takes to put one large file at vsftpd,
// from its start to its end. Ours asks for the size before and after, and renames.
func (b *bench) sending() error {
	plain, secure, memory := "sync/send/%s, MB/s", "sync/send/%s over TLS, MB/s", "sync/send/memory, MiB"
	wanted := false
	for _, peer := range []string{"lftp", "curl"} {
		wanted = wanted || b.wanted(fmt.Sprintf(plain, peer)) || b.wanted(fmt.Sprintf(secure, peer))
	}
	if !wanted && !b.wanted(memory) {
		return nil
	}
	file, err := filled(filepath.Join(scratch, "sent"), sentBytes)
	if err != nil {
		return err
	}
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	// What TLS costs differs between libraries, so it is told and has no limit.
	if err := b.sendTo(file, plain, memory, false, 1); err != nil {
		return err
	}
	if err := b.sendTo(file, secure, memory, true, 0); err != nil {
		return err
	}
	return b.print(row.Within(memory, b.peak[memory], nil, maxMemory))
}

func (b *bench) sendTo(file, name, memory string, secure bool, limit float64) (err error) {
	b.say("sending %d MiB to vsftpd, TLS: %v", sentBytes/mebibyte, secure)
	s, err := startServer(b.ctx, filepath.Join(scratch, fmt.Sprint("server-", secure)), secure)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	scheme, curl, lftp := "ftp", []string{}, "set ssl:verify-certificate no; set ftp:ssl-allow no"
	if secure {
		scheme, curl = "ftps", []string{"--ssl-reqd", "--cacert", s.certificate}
		lftp = "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:ca-file " + s.certificate
	}
	speed := func(name string, u used, err error) ([]float64, error) {
		info, lost := os.Stat(filepath.Join(s.root, name))
		if err == nil && (lost != nil || info.Size() != sentBytes) {
			err = fmt.Errorf("%s did not arrive whole", name)
		}
		return []float64{sentBytes / 1e6 / u.wall.Seconds()}, errors.Join(err, os.Remove(filepath.Join(s.root, name)))
	}
	medians, err := b.inTurn(
		func() ([]float64, error) {
			u, err := b.ours(memory, nil, "send", file, "ours", scheme+"://anonymous:x@"+s.address+"/drop", s.pin)
			return speed("ours", u, err)
		},
		func() ([]float64, error) {
			u, err := measured(b.ctx, nil, "lftp", "-c", "set net:max-retries 1; "+lftp+"; open -u anonymous,x ftp://"+s.address+"; put "+file+" -o drop/lftp")
			return speed("lftp", u, err)
		},
		func() ([]float64, error) {
			words := append([]string{"curl", "--silent", "--show-error", "--fail", "--user", "anonymous:x", "--upload-file", file}, curl...)
			u, err := measured(b.ctx, nil, append(words, "ftp://"+s.address+"/drop/curl")...)
			return speed("curl", u, err)
		},
	)
	if err != nil {
		return err
	}
	return b.print(row.AtLeast(fmt.Sprintf(name, "lftp"), medians[0][0], medians[1][0], limit), row.AtLeast(fmt.Sprintf(name, "curl"), medians[0][0], medians[2][0], limit))
}
