package webkit

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// NewAPI makes a Huma API on the app: problem documents as errors, the
// description at /api/openapi.json, no page that loads from elsewhere and no
// $schema links.
func NewAPI(app *fiber.App, title, version string) huma.API {
	huma.NewError = humaError
	config := huma.DefaultConfig(title, version)
	config.OpenAPIPath = "/api/openapi"
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil
	return humafiber.New(app, config)
}
