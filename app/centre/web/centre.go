package web

import (
	"context"
	"strings"
	"time"

	"kaodian/app/centre/web/access"
)

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
func (s *Server) getCentre(ctx context.Context, _ *struct{}) (*centreOutput, error) {
	who := access.Of(ctx)
	body := centreBody{
		Secure:     strings.HasPrefix(who.Origin, "https://"),
		ServerTime: s.Store.Now(),
		Timezone:   s.Store.Rules().Location.String(),
	}
	if s.Secure != nil {
		_, host, _ := strings.Cut(who.Origin, "://")
		body.SecureURL, body.Trusted = s.Secure.URL(host), s.Secure.Trusted
		if s.Secure.Root != nil {
			body.CertificateURL, body.ProfileURL = certificatePath, profilePath
		}
	}
	return &centreOutput{Body: body}, nil
}
