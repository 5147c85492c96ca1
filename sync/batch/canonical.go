package batch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Version is the newest version of batches: of their manifests and records. It
// is read, with every version before it.
const Version = 3

// VersionFor is the version of a batch that is made now. Version 3 is version 2
// with what became of parcels: where there is nothing to tell of any, a province
// that was not updated yet reads the batch too.
func VersionFor(parcels int) int {
	if parcels == 0 {
		return 2
	}
	return Version
}

// MessageVersion is that of what is said about batches and installs: receipts,
// enrolments and their answers. Programs of any age meet in them.
const MessageVersion = 1

// Canonical is the one form of a message's bytes: JSON with sorted keys, no
// white space, no escaped HTML, no line end. What is signed, hashed or
// authenticated is always this form.
func Canonical(message any) ([]byte, error) {
	var first bytes.Buffer
	if err := encode(&first, message); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(&first)
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := encode(&out, plain) // maps are written with sorted keys
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

func encode(out io.Writer, message any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(message)
}

// parse reads canonical bytes strictly into message, a pointer.
func parse(text []byte, message any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(message); err != nil {
		return fmt.Errorf("it is no message of this format: %w", err)
	}
	again, err := Canonical(message)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, text) {
		return fmt.Errorf("its bytes are not in canonical form")
	}
	return nil
}

func checkVersion(version, newest int) error {
	if version < 1 || version > newest {
		return fmt.Errorf("it has version %d and this program reads up to %d; install a newer one", version, newest)
	}
	return nil
}
