package tus

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/text"
	"kaodian/app/centre/upload"
	"kaodian/app/webkit"
)

// Limits of what a phone tells of its file; it is kept and shown, never used
// as a path.
const (
	metadataSize = 4 << 10
	nameSize     = 255
)

// fileOf reads what a creation declares.
func fileOf(c *fiber.Ctx) (upload.File, error) {
	if c.Get("Upload-Concat") != "" {
		return upload.File{}, webkit.Wrong(http.StatusBadRequest, "uploads are not joined here; send the file as one")
	}
	size, live, err := lengthOf(c)
	if err != nil {
		return upload.File{}, err
	}
	raw := c.Get(headerUploadMetadata)
	values, ok := parseMetadata(raw)
	if !ok {
		return upload.File{}, webkit.Wrong(http.StatusBadRequest, headerUploadMetadata+" is a list of keys and base64 values")
	}
	if values["attempt"] == "" || values["item"] == "" {
		return upload.File{}, webkit.Wrong(http.StatusBadRequest, headerUploadMetadata+" needs attempt and item")
	}
	return upload.File{
		Attempt:  values["attempt"],
		Item:     values["item"],
		Filename: shorten(text.CleanLine(values["filename"])),
		Filetype: shorten(text.CleanLine(values["filetype"])),
		Metadata: raw,
		Size:     size,
		Live:     live,
	}, nil
}

// lengthOf is the length that a creation declares, or that it comes later.
func lengthOf(c *fiber.Ctx) (size int64, live bool, err error) {
	switch later := c.Get(headerUploadDeferSize); {
	case later == "":
		size, err = number(c, headerUploadLength)
		return size, false, err
	case later != deferred, c.Get(headerUploadLength) != "":
		return 0, false, webkit.Wrong(http.StatusBadRequest, "send either "+headerUploadLength+" or "+headerUploadDeferSize+": "+deferred)
	}
	return 0, true, nil
}

// parseMetadata reads `key base64,key base64`; a key may stand alone.
func parseMetadata(raw string) (map[string]string, bool) {
	if len(raw) > metadataSize {
		return nil, false
	}
	values := map[string]string{}
	for pair := range strings.SplitSeq(raw, ",") {
		key, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if key == "" {
			continue
		}
		value, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if err != nil || !utf8.Valid(value) {
			return nil, false
		}
		values[key] = string(value)
	}
	return values, true
}

// shorten cuts a name to nameSize bytes, between letters.
func shorten(name string) string {
	if len(name) <= nameSize {
		return name
	}
	end := nameSize
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}
