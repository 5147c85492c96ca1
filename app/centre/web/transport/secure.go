package transport

import (
	"bytes"
	"encoding/base64"
	"net"
	"slices"
	"strings"
	"text/template"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/webkit"
)

// Secure is how phones reach the server by HTTPS; nil where they do not.
type Secure struct {
	Name    string // the centre's name, if the phone came by none of its own
	Names   []string
	Port    string
	Trusted bool   // phones trust the certificate as they are
	Root    []byte // the local authority's root in DER, nil without one
}

// URL is the secure address for a phone that came to host: the same name or
// address again, so that it works without the centre's own DNS too.
func (s *Secure) URL(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if net.ParseIP(host) == nil && !slices.Contains(s.Names, host) {
		host = s.Name
	}
	if s.Trusted { // no such certificate is for an address
		host = s.Name
	}
	if s.Port == "443" {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(host, s.Port)
}

// AllowPicture lets the page load a picture by HTTPS: whether it comes says
// whether the phone trusts the certificate.
func (s *Secure) AllowPicture(c *fiber.Ctx) error {
	if s != nil && !c.Context().IsTLS() {
		c.Set("Content-Security-Policy", webkit.Policy(s.URL(string(c.Request().Host()))))
	}
	return c.Next()
}

// Origin is where a code leads a phone that came by the origin: by HTTPS only
// if phones trust the certificate as they are, else one without the root would
// see a warning.
func (s *Secure) Origin(came string) string {
	if s != nil && s.Trusted {
		return s.URL("")
	}
	return came
}

// SendRoot is the root as Android installs it.
func (s *Secure) SendRoot(c *fiber.Ctx) error {
	if s == nil || s.Root == nil {
		return refusal.New(refusal.NotFound)
	}
	c.Set(fiber.HeaderContentType, "application/x-x509-ca-cert")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="kaodian-root.crt"`)
	return c.Send(s.Root)
}

// SendProfile is the root as iPhones and iPads install it. It is not signed,
// and the phone says so: nobody could have signed it whom the phone knows.
func (s *Secure) SendProfile(c *fiber.Ctx) error {
	if s == nil || s.Root == nil {
		return refusal.New(refusal.NotFound)
	}
	var text bytes.Buffer
	data := map[string]string{"Name": s.Name, "Root": base64.StdEncoding.EncodeToString(s.Root)}
	if err := profile.Execute(&text, data); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/x-apple-aspen-config")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="kaodian.mobileconfig"`)
	return c.Send(text.Bytes())
}

// profile is Apple's configuration profile with one root certificate. Its
// identifiers never change, so that it replaces itself when installed again.
var profile = template.Must(template.New("profile").Parse(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadType</key><string>com.apple.security.root</string>
			<key>PayloadVersion</key><integer>1</integer>
			<key>PayloadIdentifier</key><string>kaodian.centre.root.certificate</string>
			<key>PayloadUUID</key><string>6F1D5B3C-6C1E-4E0B-9C52-0B6A64B3E9A1</string>
			<key>PayloadDisplayName</key><string>Kaodian 考点 {{.Name}}</string>
			<key>PayloadContent</key><data>{{.Root}}</data>
		</dict>
	</array>
	<key>PayloadType</key><string>Configuration</string>
	<key>PayloadVersion</key><integer>1</integer>
	<key>PayloadIdentifier</key><string>kaodian.centre.root</string>
	<key>PayloadUUID</key><string>2A0C9E57-40B8-4C39-8B0C-5E3B6B0C7D42</string>
	<key>PayloadDisplayName</key><string>Kaodian 考点 {{.Name}}</string>
	<key>PayloadDescription</key><string>考完可以删除。It may be removed after the exam.</string>
	<key>PayloadRemovalDisallowed</key><false/>
</dict>
</plist>
`))
