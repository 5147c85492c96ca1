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
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"kaodian/app/base/durable"
	"kaodian/sync/seal"
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
	key, err := seal.GenerateSigner()
	if err != nil {
		return err
	}
	if err := key.Save(path); err != nil {
		return err
	}
	return durable.WriteFile(path+".pub", []byte(publicFile(key)), 0o644)
}

// publicFile is the public half as minisign -p reads it.
func publicFile(key *seal.Signer) string {
	return "untrusted comment: minisign public key\n" + key.PublicKey() + "\n"
}

func loadKey(path string) (*seal.Signer, error) {
	key, err := seal.LoadLockedSigner(path, os.Getenv("KAODIAN_STICK_PASSWORD"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the signing key: %w; make one with «go run ./packaging/stick key FILE»", err)
	case err != nil:
		return nil, fmt.Errorf("the signing key %s: %w; its password goes into KAODIAN_STICK_PASSWORD", path, err)
	}
	return key, nil
}

func printPublic(path string, out io.Writer) error {
	key, err := loadKey(path)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, publicFile(key))
	return err
}

func sign(keyPath, path string) error {
	key, err := loadKey(keyPath)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	signature, err := key.Sign(content, "kaodian stick")
	if err != nil {
		return err
	}
	return durable.WriteFile(path+".minisig", signature, 0o644)
}

func verify(publicPath, path string) error {
	text, err := os.ReadFile(publicPath)
	if err != nil {
		return err
	}
	public, err := seal.ParseVerifier(string(text))
	if err != nil {
		return fmt.Errorf("the public key %s: %w", publicPath, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	signature, err := os.ReadFile(path + ".minisig")
	if err != nil {
		return err
	}
	return public.Verify(content, signature)
}
