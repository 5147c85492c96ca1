//go:build unix

package ftpdrop_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/drop/ftpdrop"
)

// odd is an FTP server that keeps files in memory and has one oddity that no
// real server of ours can be set to.
type odd struct {
	// say answers a command in the server's place; "" leaves it to it.
	say func(o *odd, conn net.Conn, word, argument string) string
	// ignoresREST stores what follows as the whole, keepsOver does not
	// write over what is there.
	ignoresREST, keepsOver bool
	stored                 string // the answer to a file that was stored
	refusesRest            string // the answer to the rest of a file, when it came
	absent                 string // the answer to a file that is not there

	mu    sync.Mutex
	files map[string][]byte
	rest  int // where the next STOR begins
	from  string
}

func (o *odd) start(t *testing.T) string {
	t.Helper()
	if o.files == nil {
		o.files = map[string][]byte{}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go o.converse(t, conn)
		}
	}()
	return "ftp://user:password@" + l.Addr().String() + "/"
}

func (o *odd) converse(t *testing.T, conn net.Conn) {
	defer conn.Close()
	write := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	write("220 welcome")
	var data net.Listener
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		word, argument, _ := strings.Cut(lines.Text(), " ")
		argument = path.Clean("/" + argument)
		line := ""
		if o.say != nil {
			line = o.say(o, conn, word, argument)
		}
		if word != "REST" && (line != "" || word != "STOR") {
			o.mu.Lock()
			o.rest = 0 // it counts for the next command alone
			o.mu.Unlock()
		}
		if line != "" {
			write(line)
			continue
		}
		switch word {
		case "EPSV":
			var err error
			if data, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Error(err)
				return
			}
			write(fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)", data.Addr().(*net.TCPAddr).Port))
		case "STOR", "RETR", "LIST":
			o.transfer(write, data, word, argument)
		default:
			write(o.answer(word, argument))
		}
	}
}

func (o *odd) answer(word, argument string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	content, found := o.files[argument]
	switch word {
	case "USER":
		return "331 password"
	case "PASS":
		return "230 in"
	case "FEAT", "OPTS", "MKD":
		return "500 no"
	case "REST":
		_, _ = fmt.Sscanf(argument, "/%d", &o.rest)
		return "350 go on"
	case "RNTO":
		o.files[argument] = o.files[o.from]
		delete(o.files, o.from)
		return "250 renamed"
	case "TYPE", "NOOP":
		return "200 as you like"
	case "QUIT":
		return "221 bye"
	}
	if !found {
		return o.absentAnswer()
	}
	switch word {
	case "SIZE":
		return fmt.Sprintf("213 %d", len(content))
	case "RNFR":
		o.from = argument
		return "350 go on"
	case "DELE":
		delete(o.files, argument)
		return "200 deleted" // RFC 959 says 250
	}
	return "502 what"
}

func (o *odd) absentAnswer() string {
	if o.absent != "" {
		return o.absent
	}
	return "550 no such file"
}

func (o *odd) transfer(write func(string), data net.Listener, word, argument string) {
	defer data.Close()
	o.mu.Lock()
	content, found := o.files[argument]
	rest := o.rest
	o.rest = 0
	o.mu.Unlock()
	if word == "STOR" && found && o.keepsOver {
		write("550 Overwrite permission denied")
		return
	}
	if word == "RETR" && !found {
		write(o.absentAnswer())
		return
	}
	write("150 here")
	conn, err := data.Accept()
	if err != nil {
		return
	}
	switch word {
	case "STOR":
		came, _ := io.ReadAll(conn)
		if rest > 0 && o.refusesRest != "" {
			_ = conn.Close()
			write(o.refusesRest)
			return
		}
		if !o.ignoresREST && rest > 0 {
			came = append(content[:rest:rest], came...)
		}
		o.mu.Lock()
		o.files[argument] = came
		o.mu.Unlock()
	case "RETR":
		_, _ = conn.Write(content)
	case "LIST":
		o.list(conn, argument)
	}
	_ = conn.Close()
	if o.stored != "" {
		write(o.stored)
		return
	}
	write("226 done")
}

func (o *odd) list(out io.Writer, folder string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for name, content := range o.files {
		if path.Dir(name) == folder {
			fmt.Fprintf(out, "-rw-r--r-- 1 0 0 %d Jan 01 2026 %s\r\n", len(content), path.Base(name))
		}
	}
}

// file is what lies under a name, and how many files there are.
func (o *odd) file(name string) (content []byte, files int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.files[name], len(o.files)
}

// resumed says that the command follows a REST.
func (o *odd) resumed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rest > 0
}

// storAfterREST answers STOR in a way of its own when a file is to be gone on with.
func storAfterREST(line string) func(*odd, net.Conn, string, string) string {
	return func(o *odd, _ net.Conn, word, _ string) string {
		if word == "STOR" && o.resumed() {
			return line
		}
		return ""
	}
}

func restSays(line string) func(*odd, net.Conn, string, string) string {
	return func(_ *odd, _ net.Conn, word, _ string) string {
		if word == "REST" {
			return line
		}
		return ""
	}
}

// The transfer broke off once; the server does not let it be gone on with.
func TestAFileThatCannotBeGoneOnWithIsSentFromItsBeginning(t *testing.T) {
	const size, left = 147_688, 16_384
	content := droptest.Bytes(size)
	for name, o := range map[string]*odd{
		"REST is unknown":                          {say: restSays("502 Command not implemented")},
		"REST is not for this account":             {say: restSays("501 not here")},
		"STOR is refused after REST, for now":      {say: storAfterREST("451 Append/Restart not permitted, try again")},
		"STOR is refused after REST":               {say: storAfterREST("550 Restarting is not allowed")},
		"STOR is refused after REST, and over it":  {say: storAfterREST("553 no"), keepsOver: true},
		"REST is ignored":                          {ignoresREST: true},
		"REST is ignored and nothing written over": {ignoresREST: true, keepsOver: true, say: restSays("202 superfluous")},
		"it says goodbye at REST":                  {say: hangUp("REST", "421 closing")},
		"it hangs up at STOR after REST":           {say: hangUp("STOR", "")},
		"the rest is taken and then not wanted":    {refusesRest: "551 cannot append"},
	} {
		t.Run(name, func(t *testing.T) {
			o.files = map[string][]byte{"/a/file.part": bytes.Clone(content[:left])}
			notes := []drop.Note{}
			d := open(t, o.start(t), ftpdrop.Options{Deadline: time.Minute, Noted: func(n drop.Note) { notes = append(notes, n) }})
			must(t, d.Put(t.Context(), "a/file", size, droptest.Source(content)))
			must(t, d.Put(t.Context(), "a/later", 3, droptest.Source([]byte("abc"))))
			must(t, d.Close())
			if got, files := o.file("/a/file"); !bytes.Equal(got, content) || files != 2 {
				t.Errorf("there are %d files, and %d bytes of it", files, len(got))
			}
			if len(notes) != 1 || notes[0].Code != drop.NotResumed || !strings.Contains(notes[0].Text, "a/file") {
				t.Errorf("staff are told %v", notes)
			}
		})
	}
}

// hangUp ends the connection at that word, if the file is to be gone on with.
func hangUp(at, saying string) func(*odd, net.Conn, string, string) string {
	return func(o *odd, conn net.Conn, word, argument string) string {
		if word == at && (at == "REST" || o.resumed()) {
			o.mu.Lock()
			o.rest = 0
			o.mu.Unlock()
			if saying != "" {
				fmt.Fprintf(conn, "%s\r\n", saying)
			}
			_ = conn.Close()
			return "421 gone"
		}
		return ""
	}
}

// A line that breaks off is no refusal: what lies there is kept.
func TestABrokenLineDoesNotCostWhatLiesThere(t *testing.T) {
	const size, left = 147_688, 16_384
	content := droptest.Bytes(size)
	full := &odd{say: storAfterREST("452 No space left on device")}
	quiet := &odd{say: func(_ *odd, _ net.Conn, word, _ string) string {
		if word == "REST" {
			time.Sleep(time.Second) // longer than the deadline
		}
		return ""
	}}
	noData := &odd{say: func(o *odd, _ net.Conn, word, _ string) string {
		if word == "EPSV" || word == "PASV" {
			return "425 Can't open data connection"
		}
		return ""
	}}
	for name, o := range map[string]*odd{"a full disk": full, "a silence": quiet, "no data connection": noData} {
		o.files = map[string][]byte{"/a/file.part": bytes.Clone(content[:left])}
		d := open(t, o.start(t), quick)
		if err := d.Put(t.Context(), "a/file", size, droptest.Source(content)); !drop.IsTemporary(err) {
			t.Errorf("%s: %v", name, err)
		}
		_ = d.Close()
		if got, _ := o.file("/a/file.part"); len(got) != left {
			t.Errorf("after %s %d bytes lie there", name, len(got))
		}
	}
}

// RFC 959 lets a server answer in more ways than most do.
func TestAnswersThatMeanTheSame(t *testing.T) {
	noSize := func(_ *odd, _ net.Conn, word, _ string) string {
		if word == "SIZE" {
			return "502 Command not implemented"
		}
		return ""
	}
	for name, o := range map[string]*odd{
		"250 after STOR":               {stored: "250 Requested file action okay"},
		"450 for an absent file":       {absent: "450 No such file"},
		"550 for an absent file":       {},
		"a server that tells no sizes": {say: noSize},
		"a part that is larger":        {files: map[string][]byte{"/a/file.part": make([]byte, 9000)}, keepsOver: true},
		"a part that is empty":         {files: map[string][]byte{"/a/file.part": {}}, keepsOver: true},
		"another file under the name":  {files: map[string][]byte{"/a/file": []byte("older")}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, o.start(t), patient)
			content := droptest.Bytes(5000)
			for range 2 { // the second time nothing is to be done
				must(t, d.Put(t.Context(), "a/file", 5000, droptest.Source(content)))
			}
			if got, files := o.file("/a/file"); !bytes.Equal(got, content) || files != 1 {
				t.Errorf("there are %d files, and %d bytes of it", files, len(got))
			}
			if reader, err := d.Get(t.Context(), "a/file", 5000); err != nil {
				t.Error(err)
			} else if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, content) || reader.Close() != nil {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
			if _, err := d.Get(t.Context(), "a/absent", 10); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an absent file: %v", err)
			}
			must(t, d.Remove(t.Context(), "a/file"))
			must(t, d.Remove(t.Context(), "a/file"))
			must(t, d.Close())
		})
	}
}

func TestAnAbsentFolderIsEmptyWhateverItIsCalled(t *testing.T) {
	for _, line := range []string{"450 No files found", "550 No such directory"} {
		o := &odd{say: func(_ *odd, _ net.Conn, word, _ string) string {
			if word == "LIST" {
				return line
			}
			return ""
		}}
		d := open(t, o.start(t), patient)
		if entries, err := d.List(t.Context(), "a"); err != nil || len(entries) != 0 {
			t.Errorf("%s: %v, %v", line, entries, err)
		}
	}
}

// «done» is what the server tells of the file under its name.
func TestARenameIsBelievedWhenTheFileIsThere(t *testing.T) {
	for name, renamed := range map[string][]byte{"nothing is there": nil, "half of it is there": droptest.Bytes(2500)} {
		o := &odd{say: func(o *odd, _ net.Conn, word, argument string) string {
			if word != "RNTO" {
				return ""
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			delete(o.files, o.from)
			if renamed != nil {
				o.files[argument] = renamed
			}
			return "250 renamed"
		}}
		d := open(t, o.start(t), patient)
		if err := d.Put(t.Context(), "a/file", 5000, droptest.Source(droptest.Bytes(5000))); err == nil {
			t.Errorf("%s, and it is called done", name)
		}
	}
}
