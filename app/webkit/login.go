package webkit

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
)

// passwordCost is OWASP's first recommendation for Argon2id: 19 MiB, two
// passes, one lane, so that a few log-ins at once stay small.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// minPassword is the least number of characters of a password.
const minPassword = 8

// HashPassword makes the Argon2id hash (PHC form) of a password, or refuses a
// short one.
func HashPassword(password string) (string, error) {
	if len([]rune(password)) < minPassword {
		return "", unfit{refusal.New(PasswordShort, "min", minPassword), fmt.Sprintf("the password has fewer than %d characters; choose a longer one", minPassword)}
	}
	return argon2id.CreateHash(password, passwordCost)
}

// noUser is compared with when the account does not exist, so that the
// answer takes as long as for one that does.
var noUser = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash(rand.Text(), passwordCost)
	if err != nil {
		panic(err) // only without a random source, and then Go ends the program before
	}
	return hash
})

// CheckPassword says whether the password fits the hash; "" is the hash of
// an account that does not exist and fits nothing.
func CheckPassword(password, hash string) bool {
	if hash == "" {
		hash = noUser()
	}
	fits, err := argon2id.ComparePasswordAndHash(password, hash)
	return err == nil && fits
}

const (
	freeTries = 5
	firstWait = 2 * time.Second
	maxWait   = 15 * time.Minute
)

// Wait is how long after the last of that many wrong log-ins the next may be
// tried: none for the first few, then doubling from 2 s to 15 min.
func Wait(failures int) time.Duration {
	if failures < freeTries {
		return 0
	}
	doublings := min(failures-freeTries, 20)
	return min(firstWait<<doublings, maxWait)
}

// CheckWait refuses a log-in that comes too soon after wrong ones. Wrong ones
// in the future are of a clock that was set back since, and lock nobody out.
func CheckWait(failures int, last, now time.Time) error {
	if last.After(now) {
		return nil
	}
	left := last.Add(Wait(failures)).Sub(now)
	if left <= 0 {
		return nil
	}
	return refusal.New(TooManyTries, "retry_seconds", int(left.Seconds())+1)
}

// NewSecret makes the secret of a session: 130 random bits.
func NewSecret() string { return rand.Text() }

// SetCookie gives the browser a cookie that pages cannot read, or takes it
// with "". Its life is told as an age, because the phone's clock may be wrong.
//
// Over HTTPS the session's cookie has another name: a browser that holds a secure
// cookie refuses a plain one of that name over HTTP, and a phone uses both.
func SetCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	if c.Context().IsTLS() {
		if value == "" && c.Cookies(name) != "" {
			setCookie(c, name, value, life)
		}
		name = securePrefix + name
	}
	setCookie(c, name, value, life)
}

// securePrefix binds a cookie to HTTPS and to this very host.
const securePrefix = "__Host-"

// Cookie is the cookie's value: over HTTPS the one that was set there, else the
// one that was set over HTTP before.
func Cookie(c *fiber.Ctx, name string) string {
	if c.Context().IsTLS() {
		if value := c.Cookies(securePrefix + name); value != "" {
			return value
		}
	}
	return c.Cookies(name)
}

func setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	cookie := &fiber.Cookie{
		Name:     name,
		Value:    value,
		Path:     "/",
		MaxAge:   int(life.Seconds()),
		HTTPOnly: true,
		Secure:   c.Context().IsTLS(),
		SameSite: fiber.CookieSameSiteLaxMode,
	}
	if value == "" {
		cookie.Expires = time.Unix(1, 0)
	}
	c.Cookie(cookie)
}
