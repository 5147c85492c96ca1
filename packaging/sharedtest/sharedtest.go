// Package sharedtest finds the test data that the repository may not hold
// (photos of people, face networks): where KAODIAN_SHARED says, and nowhere
// else, so that a test run does the same on every machine.
package sharedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Path is a file or folder of the shared test data; without it the test is
// skipped and says how to have it run.
func Path(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("KAODIAN_SHARED")
	if root == "" {
		t.Skip("it needs shared test data: set KAODIAN_SHARED to the folder that has it")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{root}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("it needs shared test data that KAODIAN_SHARED does not have: %v", err)
	}
	return path
}

// Networks is the folder with the networks that `make models` takes out of its
// package; without them the test is skipped and says how to have it run.
func Networks(t testing.TB) string {
	t.Helper()
	return fetched(t, "the face networks", "fr_detect.onnx", "fr_landmark.onnx", "fr_feature.onnx", "fr_liveness.onnx")
}

// SpeechNetwork is the file of the network that hears speech, likewise.
func SpeechNetwork(t testing.TB) string {
	t.Helper()
	const file = "silero_vad_v6.onnx"
	return filepath.Join(fetched(t, "the network that hears speech", file), file)
}

func fetched(t testing.TB, what string, files ...string) string {
	t.Helper()
	folder, err := os.Getwd()
	for err == nil && folder != "/" {
		if _, none := os.Stat(filepath.Join(folder, "go.mod")); none == nil {
			break
		}
		folder = filepath.Dir(folder)
	}
	folder = filepath.Join(folder, "models")
	for _, name := range files {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Skipf("it needs %s: run `make models` where npm reaches its registry", what)
		}
	}
	return folder
}
