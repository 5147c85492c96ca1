package webkit

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
)

// Policy lets a page load from its own server only; pictures also from another
// address, if one is given. Styles may be inline, because the component
// libraries set them; scripts never.
func Policy(pictures string) string {
	return "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: " + pictures + "; " +
		"media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// Headers sets the security headers of every answer.
func Headers(c *fiber.Ctx) error {
	c.Set("Content-Security-Policy", Policy(""))
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Permissions-Policy", "camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=()")
	return c.Next()
}

// PlainAddress refuses a request whose URL Go cannot parse: later code would find
// it empty.
func PlainAddress(c *fiber.Ctx) error {
	if _, err := url.Parse(string(c.Request().RequestURI())); err != nil {
		return WriteProblem(c, Wrong(fiber.StatusBadRequest, "the address cannot be read"))
	}
	return c.Next()
}

// Hosts refuses a Host that is neither a listed name nor localhost, and an
// address that is neither a listed one nor the one that the socket reached: the
// Host goes into links and codes.
func Hosts(allowed []string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		host := hostOnly(string(c.Request().Host()))
		if host == "localhost" || slices.Contains(allowed, host) || isReached(c, host) {
			return c.Next()
		}
		return WriteProblem(c, fiber.NewError(fiber.StatusMisdirectedRequest))
	}
}

// isReached says whether the host is the socket's local address.
func isReached(c *fiber.Ctx, host string) bool {
	local, ok := c.Context().LocalAddr().(*net.TCPAddr)
	ip := net.ParseIP(host)
	return ok && ip != nil && (ip.Equal(local.IP) || ip.IsLoopback() && local.IP.IsLoopback())
}

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = host
	}
	return strings.ToLower(strings.Trim(hostport, "[]"))
}

// SameOrigin refuses unsafe methods from a page of another origin. A request
// without Origin comes from a program, not from a page.
func SameOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" && c.Get("Sec-Fetch-Site") != "cross-site" {
		return c.Next()
	}
	if parsed, err := url.Parse(origin); err == nil && parsed.Host != "" && parsed.Host == string(c.Request().Host()) {
		return c.Next()
	}
	return WriteProblem(c, refusal.New(OriginRefused))
}
