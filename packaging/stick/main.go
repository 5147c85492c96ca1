// Command stick signs what a stick holds, and checks it again.
//
//	stick key FILE            makes a signing key FILE and FILE.pub beside it
//	stick sign KEY FILE       writes FILE.minisig
//	stick public KEY          prints the public half
//	stick verify PUB FILE     ends with 1 unless FILE.minisig is PUB's over FILE
//
// The signatures and keys are minisign's, so its own tool reads them. A key that
// has a password is opened with the environment's KAODIAN_STICK_PASSWORD. Built
// without cgo it runs on a bare system: there it checks the first stick.
package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"aead.dev/minisign"

	"kaodian/app/base/durable"
)

const usage = "usage: stick key FILE | stick sign KEY FILE | stick public KEY | stick verify PUB FILE"

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "key":
		return makeKey(args[1])
	case len(args) == 2 && args[0] == "public":
		return printPublic(args[1], out)
	case len(args) == 3 && args[0] == "sign":
		return sign(args[1], args[2])
	case len(args) == 3 && args[0] == "verify":
		return verify(args[1], args[2])
	}
	return errors.New(usage)
}

// makeKey makes a key without a password and never writes over one.
func makeKey(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already and stays", path)
	}
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	secret, err := private.MarshalText()
	if err != nil {
		return err
	}
	open, err := public.MarshalText()
	if err != nil {
		return err
	}
	if err := durable.WriteFile(path, secret, 0o600); err != nil {
		return err
	}
	return durable.WriteFile(path+".pub", append(open, '\n'), 0o644)
}

func loadKey(path string) (key minisign.PrivateKey, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return key, fmt.Errorf("the signing key: %w; make one with «go run ./packaging/stick key FILE»", err)
	}
	if minisign.IsEncrypted(text) {
		key, err = minisign.DecryptKey(os.Getenv("KAODIAN_STICK_PASSWORD"), text)
	} else {
		err = key.UnmarshalText(text)
	}
	if err != nil {
		return key, fmt.Errorf("the signing key %s: %w; its password goes into KAODIAN_STICK_PASSWORD", path, err)
	}
	return key, nil
}

func printPublic(path string, out io.Writer) error {
	key, err := loadKey(path)
	if err != nil {
		return err
	}
	public, _ := key.Public().(minisign.PublicKey) // minisign's own type, always
	text, err := public.MarshalText()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

func sign(keyPath, path string) error {
	key, err := loadKey(keyPath)
	if err != nil {
		return err
	}
	reader, err := read(path)
	if err != nil {
		return err
	}
	return durable.WriteFile(path+".minisig", reader.SignWithComments(key, "kaodian stick", "signature by kaodian"), 0o644)
}

func verify(publicPath, path string) error {
	public, err := minisign.PublicKeyFromFile(publicPath)
	if err != nil {
		return fmt.Errorf("the public key %s: %w", publicPath, err)
	}
	signature, err := os.ReadFile(path + ".minisig")
	if err != nil {
		return err
	}
	reader, err := read(path)
	if err != nil {
		return err
	}
	if !reader.Verify(public, signature) {
		return fmt.Errorf("%s is not as it was signed, or another key signed it", path)
	}
	return nil
}

// read hashes a file, in the prehashed form that minisign signs.
func read(path string) (*minisign.Reader, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reader := minisign.NewReader(bytes.NewReader(content))
	_, err = io.Copy(io.Discard, reader)
	return reader, err
}
