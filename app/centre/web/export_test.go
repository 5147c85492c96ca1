package web

import (
	"kaodian/app/centre/upload"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
)

// Routes is the whole route list.
func Routes() []access.Route {
	return New(Config{Centre: shared.Centre{Engine: &upload.Engine{}}}).routes()
}
