package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"net"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/webkit"
)

// Secure is how phones reach the server by HTTPS.
type Secure struct {
	Name    string // the centre's name, if the phone came by none of its own
	Names   []string
	Port    string
	Trusted bool   // phones trust the certificate as they are
	Root    []byte // the local authority's root in DER, nil without one
}

// url is the secure address for a phone that came to host: the same name or
// address again, so that it works without the centre's own DNS too.
func (s *Secure) url(host string) string {
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

type centreOutput struct{ Body centreBody }

type centreBody struct {
	Secure         bool      `json:"secure" doc:"This request came by HTTPS"`
	SecureURL      string    `json:"secure_url,omitempty" doc:"Where the page may record by itself"`
	Trusted        bool      `json:"trusted" doc:"Phones trust the certificate as they are"`
	CertificateURL string    `json:"certificate_url,omitempty" doc:"The local authority's root, to install on Android"`
	ProfileURL     string    `json:"profile_url,omitempty" doc:"The same as a profile for iPhones and iPads"`
	ServerTime     time.Time `json:"server_time"`
	Timezone       string    `json:"timezone"`
}

const (
	certificatePath = "/install/kaodian-root.crt"
	profilePath     = "/install/kaodian.mobileconfig"
)

// getCentre tells a page what it needs before anybody is logged in.
func (s *Server) getCentre(ctx context.Context, _ *nothing) (*centreOutput, error) {
	who := callerOf(ctx)
	body := centreBody{
		Secure:     strings.HasPrefix(who.origin, "https://"),
		ServerTime: s.Store.Now(),
		Timezone:   s.Store.Rules().Location.String(),
	}
	if s.Secure != nil {
		_, host, _ := strings.Cut(who.origin, "://")
		body.SecureURL, body.Trusted = s.Secure.url(host), s.Secure.Trusted
		if s.Secure.Root != nil {
			body.CertificateURL, body.ProfileURL = certificatePath, profilePath
		}
	}
	return &centreOutput{Body: body}, nil
}

// allowSecurePicture lets the page load a picture by HTTPS: whether it comes
// says whether the phone trusts the certificate.
func (s *Server) allowSecurePicture(c *fiber.Ctx) error {
	if s.Secure != nil && !c.Context().IsTLS() {
		c.Set("Content-Security-Policy", webkit.Policy(s.Secure.url(string(c.Request().Host()))))
	}
	return c.Next()
}

// origin is where a code leads a phone: by HTTPS only if it trusts the
// certificate as it is, else a phone without the root would see a warning.
func (s *Server) origin(ctx context.Context) string {
	if s.Secure != nil && s.Secure.Trusted {
		return s.Secure.url("")
	}
	return callerOf(ctx).origin
}

// sendRoot is the root as Android installs it.
func (s *Server) sendRoot(c *fiber.Ctx) error {
	if s.Secure == nil || s.Secure.Root == nil {
		return refusal.New(refusal.NotFound)
	}
	c.Set(fiber.HeaderContentType, "application/x-x509-ca-cert")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="kaodian-root.crt"`)
	return c.Send(s.Secure.Root)
}

// sendProfile is the root as iPhones and iPads install it. It is not signed,
// and the phone says so: nobody could have signed it whom the phone knows.
func (s *Server) sendProfile(c *fiber.Ctx) error {
	if s.Secure == nil || s.Secure.Root == nil {
		return refusal.New(refusal.NotFound)
	}
	var text bytes.Buffer
	data := map[string]string{"Name": s.Secure.Name, "Root": base64.StdEncoding.EncodeToString(s.Secure.Root)}
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
