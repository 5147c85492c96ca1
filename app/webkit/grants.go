package webkit

import (
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	// grantLength is how long a permission lasts.
	grantLength = 2 * time.Second
	maxGrants   = 1000
	maxGrantKey = 512 // bytes
)

// Grants are short-lived permissions to read on in a file. A player requests a
// video in hundreds of parts, and checking the session and the clip each time
// costs the database more than sending the part costs the server. A session, a
// role or a clip that is withdrawn meanwhile takes effect two seconds later.
type Grants struct {
	mu    sync.Mutex
	files map[string]grant
}

type grant struct {
	file  sentFile
	until time.Time
}

// sentFile is what SendFile sent, for whoever remembers it.
type sentFile struct{ name, mediaType string }

type sentFileKey struct{}

// Read goes in front of a route that sends a file to the owner of that cookie.
func (l *Grants) Read(cookie string, now func() time.Time) fiber.Handler {
	return func(c *fiber.Ctx) error {
		key := Cookie(c, cookie) + " " + c.OriginalURL()
		if file, found := l.find(key, now()); found {
			return SendFile(c, file.name, file.mediaType)
		}
		if err := c.Next(); err != nil {
			return err
		}
		file, sent := c.Locals(sentFileKey{}).(sentFile)
		if sent && c.Response().StatusCode() < http.StatusMultipleChoices && len(key) <= maxGrantKey {
			l.note(key, grant{file: file, until: now().Add(grantLength)})
		}
		return nil
	}
}

// find returns what may be read on in. A permission that ends later than one
// given now was given by a clock that was set back since.
func (l *Grants) find(key string, now time.Time) (sentFile, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, known := l.files[key]
	return found.file, known && now.Before(found.until) && !found.until.After(now.Add(grantLength))
}

// note forgets the others when there are too many: they ask once more.
func (l *Grants) note(key string, given grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.files == nil || len(l.files) >= maxGrants {
		l.files = map[string]grant{}
	}
	l.files[key] = given
}
