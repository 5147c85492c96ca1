package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/media/vision"
	"kaodian/media/vision/onnxtest"
)

// network is one that a package of the test holds, under the shape of its card.
func network() (vision.Card, []byte) {
	data := onnxtest.ChannelMeans(8)
	sum := sha256.Sum256(data)
	return vision.Card{
		Name: "a model", Role: vision.RoleComparison, File: "a.onnx", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
		Package: "networks@1.0.0", Path: "package/model/a.onnx", Width: 8, Height: 8, Scale: 1, Order: "RGB", Dimensions: 3,
	}, data
}

func newFetcher(t *testing.T, sources ...tarball) (*fetcher, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	return &fetcher{to: t.TempDir(), sources: sources, say: &said}, &said
}

// packed is a package as npm has it.
func packed(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	entries := tar.NewWriter(compressed)
	for name, data := range files {
		if err := entries.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		_, _ = entries.Write(data)
	}
	if entries.Close() != nil || compressed.Close() != nil {
		t.Fatal("not packed")
	}
	return out.Bytes()
}

func integrity(data []byte) string {
	sum := sha512.Sum512(data)
	return "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// registry is one for the real npm: it says this integrity and sends that file.
func registry(t *testing.T, says string, file []byte) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/networks", func(w http.ResponseWriter, _ *http.Request) {
		version := map[string]any{
			"name": "networks", "version": "1.0.0", "dependencies": map[string]string{"never-asked": "1.0.0"},
			"scripts": map[string]string{"prepack": "touch ran", "install": "touch ran"},
			"dist":    map[string]string{"tarball": server.URL + "/networks-1.0.0.tgz", "integrity": says},
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"name": "networks", "dist-tags": map[string]string{"latest": "1.0.0"}, "versions": map[string]any{"1.0.0": version},
		})
	})
	mux.HandleFunc("/networks-1.0.0.tgz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(file) })
	mux.HandleFunc("/never-asked", func(http.ResponseWriter, *http.Request) { t.Error("a dependency was asked for") })
	asNPM(t, server.URL)
}

// asNPM sets the machine's npm up for the test, with a cache of its own.
func asNPM(t *testing.T, address string) {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	for _, proxy := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "npm_config_proxy", "npm_config_https_proxy"} {
		t.Setenv(proxy, "")
	}
	t.Setenv("npm_config_userconfig", os.DevNull)
	t.Setenv("npm_config_offline", "false")
	t.Setenv("npm_config_registry", address)
	t.Setenv("npm_config_cache", t.TempDir())
}

func TestWhatIsAtHandIsCopiedAndNothingAsked(t *testing.T) {
	card, data := network()
	f, _ := newFetcher(t)
	f.from = []string{filepath.Join(t.TempDir(), "absent"), t.TempDir(), t.TempDir()}
	must(t, os.WriteFile(filepath.Join(f.from[1], "a.onnx"), []byte("damaged"), 0o600))
	must(t, os.WriteFile(filepath.Join(f.from[2], "a.onnx"), data, 0o600))
	must(t, os.WriteFile(filepath.Join(f.from[2], "networks.LICENSE.txt"), []byte("a licence"), 0o600))
	for range 2 { // the second time it is there
		if found, err := f.copy(card); !found || err != nil {
			t.Fatal(found, err)
		}
	}
	if got, _ := os.ReadFile(filepath.Join(f.to, "a.onnx")); !bytes.Equal(got, data) {
		t.Errorf("copied %d bytes", len(got))
	}
	if text, _ := os.ReadFile(filepath.Join(f.to, "networks.LICENSE.txt")); string(text) != "a licence" {
		t.Error("the licence stayed behind")
	}
}

func TestThePackagesNetworksAreTakenOutByTheirHashes(t *testing.T) {
	card, data := network()
	files := map[string][]byte{"package/LICENSE": []byte("a licence"), card.Path: data, "package/model/b.onnx": data, "../escaped": data}
	other := packed(t, map[string][]byte{card.Path: []byte("another network")})
	good := packed(t, files)
	cases := []struct {
		name, says string
		file       []byte
		pinned     string
		want       string // what it says
		found      bool
	}{
		{"the pinned package", integrity(good), good, integrity(good), "a model from networks@1.0.0", true},
		{"another package under its name", integrity(other), other, integrity(good), "another package under this name", false},
		{"another file than the registry says", integrity(good), other, integrity(good), "could not be fetched: npm pack", false},
		{"a package with another network", integrity(other), other, integrity(other), "a.onnx of networks@1.0.0 is left alone", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			registry(t, c.says, c.file)
			f, said := newFetcher(t, tarball{name: "networks@1.0.0", integrity: c.pinned, licence: "package/LICENSE"})
			must(t, f.unpack(t.Context(), f.sources[0], []vision.Card{card}))
			_, absent := os.Stat(filepath.Join(f.to, "a.onnx"))
			if (absent == nil) != c.found || !strings.Contains(said.String(), c.want) {
				t.Errorf("file %v; said %s", absent, said)
			}
			if entries, _ := os.ReadDir(f.to); c.found && len(entries) != 2 {
				t.Errorf("more than the network and its licence: %v", entries)
			}
		})
	}
}

func TestASilentRegistryKeepsNobodyWaiting(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	must(t, err)
	defer listener.Close()
	asNPM(t, "http://"+listener.Addr().String())
	card, _ := network()
	f, said := newFetcher(t, tarball{name: "networks@1.0.0"})
	start := time.Now()
	must(t, f.unpack(t.Context(), f.sources[0], []vision.Card{card}))
	if took := time.Since(start); took > 20*time.Second || !strings.Contains(said.String(), "could not be fetched") {
		t.Errorf("after %s said %q", took, said)
	}
}

func TestWithoutAnyModelItSaysWhatIsMissingAndGoesOn(t *testing.T) {
	asNPM(t, "http://127.0.0.1:1") // nobody is there
	f, said := newFetcher(t, packages...)
	must(t, f.run(t.Context()))
	for _, want := range []string{"No face detector", "No network that compares", "No network that hears speech", "make models", "KAODIAN_MODELS", "could not be fetched"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
