//go:build unix

package ftpdrop_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/drop/ftpdrop"
)

// quick makes everything that waits on a server end soon. It suits only what
// must fail: a busy machine keeps an honest answer for longer than that.
var quick = ftpdrop.Options{Deadline: 200 * time.Millisecond, Listing: 1 << 16, Slowest: 1 << 20}

// patient suits whatever depends on what the server answers.
var patient = ftpdrop.Options{Deadline: time.Minute, Listing: 1 << 16}

// endlessly is when a test stops believing in an end. It is far beyond what a
// quick operation takes on a busy machine, and within what a patient one waits.
const endlessly = 30 * time.Second

// replies answers every command by its word.
type replies = map[string]func(write func(string))

// served is a data connection that does what it is told.
func served(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				do(conn)
			}()
		}
	}()
	return fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)", l.Addr().(*net.TCPAddr).Port)
}

// drip writes the text again and again, with a pause that is shorter than
// any deadline for one read.
func drip(text string) func(func(string)) {
	return func(write func(string)) {
		for range 200 {
			write(text)
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func endless(line string) func(func(string)) {
	return func(write func(string)) {
		lines := strings.Repeat(line+"\r\n", 1000)
		for range 10_000 {
			write(lines)
		}
	}
}

// ends runs the operation, which must fail within 5 s: I7.
func ends(t *testing.T, operation func() error) error {
	t.Helper()
	began := time.Now()
	err := operation()
	if took := time.Since(began); took > endlessly {
		t.Errorf("it took %s", took)
	}
	if err == nil {
		t.Error("the server was believed")
	}
	return err
}

func listing(d drop.Drop) func(t *testing.T) error {
	return func(t *testing.T) error { _, err := d.List(t.Context(), "a"); return err }
}

func putting(d drop.Drop) func(t *testing.T) error {
	return func(t *testing.T) error {
		content := droptest.Bytes(8 << 20)
		return d.Put(t.Context(), "a/file", int64(len(content)), droptest.Source(content))
	}
}

func getting(d drop.Drop) func(t *testing.T) error {
	return func(t *testing.T) error {
		reader, err := d.Get(t.Context(), "a/file", 1<<20)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, reader)
		return errors.Join(err, reader.Close())
	}
}

func TestEveryOperationEndsWhateverTheServerDoes(t *testing.T) {
	silent := served(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)); time.Sleep(10 * time.Second) })
	dripping := served(t, func(conn net.Conn) { drip("x\r\n")(func(s string) { _, _ = io.WriteString(conn, s) }) })
	closing := served(t, func(net.Conn) {})
	here := say("150 here")
	for name, test := range map[string]struct {
		script    replies
		operation func(drop.Drop) func(*testing.T) error
	}{
		"an answer without end":               {replies{"PASS": endless("230-and more")}, listing},
		"a line without end":                  {replies{"PASS": func(w func(string)) { endless("")(func(string) { w(strings.Repeat("2", 1<<16)) }) }}, listing},
		"an answer that drips":                {replies{"PASS": drip("230-and more")}, listing},
		"a passive address written backwards": {replies{"EPSV": say("500 no"), "PASV": say("227 )(")}, listing},
		"a passive port of nowhere":           {replies{"EPSV": say("229 (|||99999999|)")}, listing},
		"a listing that drips":                {replies{"EPSV": say(dripping), "LIST": here}, listing},
		"a listing that is silent":            {replies{"EPSV": say(silent), "LIST": here}, listing},
		"a size below nothing, asked by get":  {replies{"SIZE": say("213 -5"), "EPSV": say(closing), "RETR": here}, getting},
		"a size below nothing, asked by put":  {replies{"SIZE": say("213 -5"), "EPSV": say(closing), "STOR": here}, putting},
		"a size that is no number":            {replies{"SIZE": say("213 many")}, getting},
		"a size beyond every number":          {replies{"SIZE": say("213 99999999999999999999")}, getting},
		"a file that is shorter than told":    {replies{"SIZE": say("213 10"), "EPSV": say(closing), "RETR": func(w func(string)) { w("150 here"); w("226 done") }}, getting},
		"a file that drips":                   {replies{"SIZE": say("213 1000000"), "EPSV": say(dripping), "RETR": here}, getting},
		"a file that never comes":             {replies{"SIZE": say("213 10"), "EPSV": say(silent), "RETR": here}, getting},
		"bytes that nobody takes":             {replies{"SIZE": say("550 none"), "EPSV": say(silent), "STOR": here}, putting},
		"a transfer whose end is not told": {replies{"SIZE": say("550 none"), "STOR": here,
			"EPSV": say(served(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }))}, putting},
		"a transfer that is cut and called done": {replies{"SIZE": say("550 none"), "EPSV": say(closing),
			"STOR": func(w func(string)) { w("150 here"); w("226 done") }}, putting},
		"a file that is called whole and is not": {replies{"SIZE": say("213 7"), "REST": say("350 go on"),
			"EPSV": say(served(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })),
			"STOR": func(w func(string)) { w("150 here"); w("226 done") }}, putting},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, hostile(t, test.script), quick)
			_ = ends(t, func() error { return test.operation(d)(t) })
			_ = d.Close() // the server is hostile to that too
		})
	}
}

func TestWhatAListingSaysIsNotAPath(t *testing.T) {
	lines := ""
	for _, name := range []string{"good", "..", ".", "../up", "a/b", "/etc", "a\x00b", "a\nb", "Upper", "a b", ".hidden", strings.Repeat("a", 200)} {
		lines += "-rw-r--r-- 1 0 0 10 Jan 01 2026 " + name + "\r\n"
	}
	lines += "lrwxrwxrwx 1 0 0 10 Jan 01 2026 link -> /etc/passwd\r\n" + "rubbish\r\n\r\n"
	data := served(t, func(conn net.Conn) { _, _ = io.WriteString(conn, lines) })
	d := open(t, hostile(t, replies{"EPSV": say(data), "LIST": func(w func(string)) { w("150 here"); w("226 done") }}), patient)
	entries, err := d.List(t.Context(), "a")
	must(t, err)
	for _, entry := range entries {
		// «a\nb» comes as two lines: «a» may be seen, and is a plain name.
		if entry.Name != "good" && entry.Name != "a" {
			t.Errorf("%q is looked at", entry.Name)
		}
	}
	if len(entries) == 0 || entries[0].Name != "good" || entries[0].Size != 10 {
		t.Errorf("the good one is missing: %v", entries)
	}
}

func TestErrorsSayWhetherWaitingHelpsAndWhatToDo(t *testing.T) {
	stor := func(line string) replies {
		return replies{"SIZE": say("550 none"), "STOR": say(line), "EPSV": say(served(t, func(net.Conn) {}))}
	}
	for name, test := range map[string]struct {
		script    replies
		cause     drop.Cause
		temporary bool
		says      string
	}{
		"a wrong password":                       {replies{"PASS": say("530 no")}, drop.LoginRefused, false, "enrol"},
		"an account that is not there":           {replies{"USER": say("530 no")}, drop.LoginRefused, false, "enrol"},
		"an account that needs another":          {replies{"PASS": say("332 need account")}, drop.LoginRefused, false, "enrol"},
		"a password that is invalid":             {replies{"PASS": say("430 invalid")}, drop.LoginRefused, false, "enrol"},
		"too many of this account":               {replies{"PASS": say("530 Sorry, the maximum number of clients (3) are connected")}, drop.Unreachable, true, "530"},
		"a server that closes":                   {replies{"PASS": say("421 too many")}, drop.Unreachable, true, "421"},
		"a server that closes at once":           {replies{"USER": say("421 too many")}, drop.Unreachable, true, "421"},
		"a server that forbids":                  {replies{"PASS": say("550 no")}, drop.NotAllowed, false, "ask whoever runs"},
		"TLS is asked for, of vsftpd":            {replies{"USER": say("530 Non-anonymous sessions must use encryption.")}, drop.NeedsTLS, false, "ftps://"},
		"TLS is asked for, of ProFTPD":           {replies{"USER": say("550 SSL/TLS required on the control channel")}, drop.NeedsTLS, false, "ftps://"},
		"TLS is asked for, of Pure-FTPd":         {replies{"USER": say("421 Sorry, cleartext sessions are not accepted on this server.")}, drop.NeedsTLS, false, "ftps://"},
		"no room, for now":                       {stor("452 no"), drop.Full, true, "make room"},
		"no room":                                {stor("552 no"), drop.Full, true, "make room"},
		"no room, called a fault of its own":     {stor("451 Failure writing to local file."), drop.Full, true, "make room"},
		"no room, called not allowed":            {stor("550 There is not enough space on the disk."), drop.Full, true, "make room"},
		"no room by quota":                       {stor("553 Quota exceeded"), drop.Full, true, "make room"},
		"a name that may not be":                 {stor("553 Could not create file."), drop.NotAllowed, false, "write"},
		"an account that may only read":          {stor("550 Insufficient privileges"), drop.NotAllowed, false, "write"},
		"a file that is in use":                  {stor("450 busy"), drop.Unreachable, true, "450"},
		"no data connection":                     {stor("425 Can't open data connection."), drop.NoData, true, "passive ports"},
		"a data connection that broke off":       {stor("426 broken"), drop.Unreachable, true, "426"},
		"a command that it does not know":        {stor("502 what"), drop.Unsuitable, false, "ask whoever runs"},
		"an account that may not store":          {stor("532 need account for storing files"), drop.LoginRefused, false, "enrol"},
		"passive transfers that are not offered": {replies{"SIZE": say("550 none"), "EPSV": say("502 no"), "PASV": say("502 no")}, drop.Unsuitable, false, "ask whoever runs"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, hostile(t, test.script), patient)
			err := d.Put(t.Context(), "file", 3, droptest.Source([]byte("abc")))
			if err == nil || drop.CauseOf(err) != test.cause || drop.IsTemporary(err) != test.temporary || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, temporary %t: %v", drop.CauseOf(err), drop.IsTemporary(err), err)
			}
			if err != nil && strings.Contains(err.Error(), "password@") {
				t.Errorf("the password is told: %v", err)
			}
			_ = d.Close()
		})
	}
}

func TestOurOwnDiskIsNotTheServersFault(t *testing.T) {
	d := open(t, (&odd{}).start(t), patient)
	broken := func(int64) (io.ReadCloser, error) { return nil, errors.New("our disk") }
	err := d.Put(t.Context(), "file", 3, broken)
	if err == nil || drop.CauseOf(err) != "" || drop.IsTemporary(err) {
		t.Errorf("%q: %v", drop.CauseOf(err), err)
	}
}

func TestAnUnreachableServerIsAskedAgainLater(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	_, err = open(t, "ftp://u:secret@"+l.Addr().String()+"/", patient).List(t.Context(), "a")
	if !drop.IsTemporary(err) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

// A server ends connections that idle; the next operation must not fail for it.
func TestAConnectionThatTheServerClosedIsMadeAgain(t *testing.T) {
	server := droptest.StartVSFTPD(t, "")
	d := open(t, server.URL, patient)
	put := func(name string) { must(t, d.Put(t.Context(), name, 3, droptest.Source([]byte("abc")))) }
	put("a/one")
	server.Kill()
	server.Start()
	put("a/two")
	must(t, os.RemoveAll(filepath.Join(server.Root, "a"))) // the folders it made are gone
	if err := d.Put(t.Context(), "a/three", 3, droptest.Source([]byte("abc"))); err != nil {
		put("a/three") // once it may fail: it finds that the folder is gone
	}
	must(t, d.Close())
	put("b/four") // also after Close
	must(t, d.Close())
}

func TestAFileIsReadWhileOtherThingsAreDone(t *testing.T) {
	server := droptest.StartVSFTPD(t, "")
	d := open(t, server.URL, patient)
	content := droptest.Bytes(8 << 20)
	must(t, d.Put(t.Context(), "big", int64(len(content)), droptest.Source(content)))
	reader, err := d.Get(t.Context(), "big", 1<<30)
	must(t, err)
	head := make([]byte, 1000)
	_, err = io.ReadFull(reader, head)
	must(t, err)
	must(t, d.Put(t.Context(), "small", 3, droptest.Source([]byte("abc"))))
	rest, err := io.ReadAll(reader)
	must(t, err)
	must(t, reader.Close())
	if !bytes.Equal(append(head, rest...), content) {
		t.Error("it is not the same")
	}
	half, err := d.Get(t.Context(), "big", 1<<30)
	must(t, err)
	must(t, half.Close()) // not read at all
	entries, err := d.List(t.Context(), "")
	if err != nil || len(entries) != 2 {
		t.Errorf("after half a file: %v, %v", entries, err)
	}
	must(t, d.Close())
}

func TestAStoppedOperationLeavesAtOnceFromASilentServer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	d := open(t, hostile(t, replies{"USER": func(func(string)) {}}), ftpdrop.Options{Deadline: time.Minute})
	began := time.Now()
	_, err := d.List(ctx, "a")
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > endlessly {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestAFullServerIsCalledFull(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			server := start(t, "")
			server.FillUp()
			d := open(t, server.URL, patient)
			err := d.Put(t.Context(), "a/file", 1<<20, droptest.Source(droptest.Bytes(1<<20)))
			if drop.CauseOf(err) != drop.Full || !drop.IsTemporary(err) || !strings.Contains(err.Error(), "make room") {
				t.Errorf("it is called %q: %v", drop.CauseOf(err), err)
			}
			must(t, d.Close())
		})
	}
}
