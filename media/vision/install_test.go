package vision

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/media/vision/onnxtest"
	"kaodian/packaging/sharedtest"
)

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestANetworkIsInstalledWithTheCardBesideIt(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "models")
	network := onnxtest.ChannelMeans(8)
	card := ownCard(network)
	card.Name = "Own"
	text, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(from, "downloaded.onnx")
	write(t, file, network)
	if _, err := Install(file, to); err == nil || !strings.Contains(err.Error(), "downloaded.card.json") {
		t.Errorf("without a card: %v", err)
	}
	write(t, filepath.Join(from, "downloaded.card.json"), text)
	for range 2 {
		if installed, err := Install(file, to); err != nil || installed.Name != "Own" {
			t.Fatalf("%+v, %v", installed, err)
		}
	}
	found, err := FindModels([]string{to})
	if err != nil || found.Network == nil || found.Network.Name != "Own" || len(found.Problems) != 0 {
		t.Errorf("%+v, %v", found, err)
	}

	write(t, file, []byte("other weights"))
	if _, err := Install(file, to); err == nil || !strings.Contains(err.Error(), "fetch it again") {
		t.Errorf("a damaged network: %v", err)
	}
	if found, err := FindModels([]string{to}); err != nil || found.Network == nil {
		t.Errorf("the installed one is gone: %v", err)
	}
}

func TestAKnownNetworkIsKnownByItsBytes(t *testing.T) {
	data, err := os.ReadFile(sharedtest.Path(t, "models", "face_detection_yunet_2023mar.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	file, to := filepath.Join(t.TempDir(), "download(1).bin"), t.TempDir()
	write(t, file, data)
	card, err := Install(file, to)
	if err != nil || card.File != "face_detection_yunet_2023mar.onnx" {
		t.Fatalf("%+v, %v", card, err)
	}
	if found, err := FindModels([]string{to}); err != nil || found.Detector == nil {
		t.Errorf("%+v, %v", found, err)
	}
}
