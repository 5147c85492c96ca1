package ffmpeg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kaodian/media/ffmpeg/ffmpegtest"
)

// tracedFolder names the folder whose files the traced program looks at.
const tracedFolder = "KAODIAN_TRACED_FOLDER"

// TestTracedProgram is the program under strace: it looks at every file as the
// centre does.
func TestTracedProgram(t *testing.T) {
	folder := os.Getenv(tracedFolder)
	if folder == "" {
		t.Skip("it is run by TestNothingOutsideTheCageIsOpened")
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	tools := ffmpegtest.Tools(t)
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		info, err := tools.Probe(t.Context(), path)
		if err != nil {
			continue
		}
		if _, err := tools.Packets(t.Context(), path, info); err != nil {
			t.Log(err)
		}
		_ = tools.ReadPass(t.Context(), path, info, true, new(seen).pass())
		out := filepath.Join(t.TempDir(), "out.mp4")
		_ = tools.Preview(t.Context(), path, info, out)
	}
}

// Files that ask their reader to open others, or to call somebody: strace sees
// that nothing of it is done, whatever the tools think of the files.
func TestNothingOutsideTheCageIsOpened(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed; run: make test")
	}
	secret := ffmpegtest.Write(t, "secret.mp4", []byte("a secret of the machine"))
	folder := t.TempDir()
	for name, text := range asking(secret) {
		if err := os.WriteFile(filepath.Join(folder, name+".mp4"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	referring(t, folder, secret)
	log := filepath.Join(t.TempDir(), "log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	traced := exec.Command(strace, "-f", "-qq", "-s", "300", "-e", "trace=open,openat,creat,socket,connect,execve", "-o", log, self, "-test.run", "^TestTracedProgram$")
	traced.Env = append(os.Environ(), tracedFolder+"="+folder)
	if out, err := traced.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	opened, refused := readTrace(t, log, folder, secret)
	t.Logf("%d files opened by ffmpeg and ffprobe, all of them libraries, the machine's own or the clip; %d calls for others refused", opened, refused)
	if opened == 0 {
		t.Error("strace saw nothing")
	}
}

// asking are files of formats that name other files or addresses.
func asking(secret string) map[string]string {
	return map[string]string{
		"m3u8":   "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n",
		"concat": "ffconcat version 1.0\nfile '" + secret + "'\n",
		"sdp":    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
		"svg":    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="file://` + secret + `"/></svg>`,
		"html":   `<!doctype html><video src="file://` + secret + `">`,
		"dash":   `<?xml version="1.0"?><MPD type="static"><Period><AdaptationSet><Representation><BaseURL>file://` + secret + `</BaseURL></Representation></AdaptationSet></Period></MPD>`,
		"imf":    `<?xml version="1.0"?><CompositionPlaylist><AssetMap>file://` + secret + `</AssetMap></CompositionPlaylist>`,
		"sub":    "{1}{1}25\n{1}{100}hello\n",
	}
}

// referring writes MP4s whose data reference points to another file.
func referring(t *testing.T, folder, secret string) {
	t.Helper()
	good, err := os.ReadFile(ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("160x90", "10", "2")+ffmpegtest.H264))
	if err != nil {
		t.Fatal(err)
	}
	// The flag of a `url ` entry says that the data is in this file; taking it
	// away and putting an address in its place makes readers look elsewhere.
	inside := "\x00\x00\x00\x0curl \x00\x00\x00\x01"
	if !strings.Contains(string(good), inside) {
		t.Fatal("the clip has no data reference")
	}
	for name, entry := range map[string]string{"dref-url": "url ", "dref-alis": "alis"} {
		elsewhere := strings.ReplaceAll(string(good), inside, "\x00\x00\x00\x0c"+entry+"\x00\x00\x00\x00")
		if err := os.WriteFile(filepath.Join(folder, name+".mp4"), []byte(elsewhere+secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "good.mp4"), good, 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	execLine = regexp.MustCompile(`^(\d+) +execve\("([^"]*)".* = 0$`)
	openLine = regexp.MustCompile(`^(\d+) +(?:openat\([^,]*, |open\(|creat\()"([^"]*)".* = (-?\d+)`)
	callLine = regexp.MustCompile(`^(\d+) +(?:socket|connect)\(.* = (-?\d+)`)
)

// readTrace looks at what the tools' processes did after they had become them.
func readTrace(t *testing.T, log, folder, secret string) (opened, refused int) {
	t.Helper()
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	tools := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if m := execLine.FindStringSubmatch(line); m != nil {
			tools[m[1]] = strings.HasSuffix(m[2], "/ffprobe") || strings.HasSuffix(m[2], "/ffmpeg")
			continue
		}
		if m := callLine.FindStringSubmatch(line); m != nil && tools[m[1]] && !strings.HasPrefix(m[2], "-") {
			t.Errorf("a socket: %s", line)
		}
		m := openLine.FindStringSubmatch(line)
		if m == nil || !tools[m[1]] {
			continue
		}
		switch {
		case strings.HasPrefix(m[3], "-"):
			if m[2] == secret {
				refused++
			}
		case allowedToOpen(m[2], folder):
			opened++
		default:
			t.Errorf("opened: %s", line)
		}
	}
	return opened, refused
}

func allowedToOpen(path, folder string) bool {
	for _, tree := range []string{"/usr/", "/lib/", "/lib64/", "/etc/ld.so", "/etc/fonts/", "/sys/devices/system/", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/null", "/dev/urandom", folder + "/"} {
		if strings.HasPrefix(path, tree) {
			return true
		}
	}
	return strings.HasPrefix(filepath.Base(path), "out.mp4")
}
