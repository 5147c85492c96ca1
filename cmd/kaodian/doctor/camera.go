package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// camera says whether a phone may open its camera in the page, which needs a
// certificate that it trusts.
func (p *Machine) camera(context.Context) Check {
	const noCamera = "phones record with their own camera app and choose the file"
	if p.opened == nil {
		return unseen()
	}
	files := p.opened
	if files.Certificate != "" || files.Key != "" {
		pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
		if err != nil {
			return isWrong(fmt.Errorf("the certificate of the settings: %w", err), "put in a certificate and its key").as(CameraBroken)
		}
		return certificateCheck(pair.Leaf, p.opened.Now(), "ask who gave it for a new one")
	}
	text, err := os.ReadFile(filepath.Join(p.folder, "keys", "authority.pem"))
	if errors.Is(err, fs.ErrNotExist) {
		return needsAttention("there is no certificate yet, so "+noCamera, "serve with --https ADDR, so that phones can record in the page").as(CameraNone)
	}
	if err != nil {
		return isWrong(err, "run this as the user that serves").as(CameraBroken)
	}
	root, err := firstCertificate(text)
	if err != nil {
		return isWrong(fmt.Errorf("the centre's own authority: %w", err), "restore keys/authority.pem from the last backup").as(CameraBroken)
	}
	return certificateCheck(root, p.opened.Now(), "remove keys/authority.pem, start the server again, and have phones install the new root")
}

func firstCertificate(text []byte) (*x509.Certificate, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
	return nil, errors.New("there is no certificate in it")
}

// certificateCheck warns a month ahead, because a centre is not open every week,
// but not before a third of the lifetime is left: short ones would always warn.
func certificateCheck(c *x509.Certificate, now time.Time, next string) Check {
	const month = 30 * 24 * time.Hour
	ahead := min(month, c.NotAfter.Sub(c.NotBefore)/3)
	found := fmt.Sprintf("phones record in the page by HTTPS; the certificate of %s holds from %s until %s",
		c.Subject.CommonName, c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
	switch {
	case now.Before(c.NotBefore) || now.After(c.NotAfter):
		return isWrong(errors.New(found), next).as(CameraEnded).on(c.NotAfter)
	case now.After(c.NotAfter.Add(-ahead)):
		return needsAttention(found, next).as(CameraEnds).on(c.NotAfter)
	}
	return isGood("%s", found).as(CameraGood).on(c.NotAfter)
}
