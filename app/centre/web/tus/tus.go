package tus

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/web/transport"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Uploads serves them by tus 1.0.0 with creation, creation-with-upload,
// creation-defer-length, termination, expiration and checksum.
type Uploads struct {
	Engine *upload.Engine
	// Base is the path of the collection, such as /api/v1/uploads.
	Base string
	// Authorise tells who asks. It must not read the body.
	Authorise func(*fiber.Ctx) (upload.Principal, error)
	// Hold holds back work that can wait while uploads are many; nil for nothing.
	Hold func() (release func())

	traffic *traffic
}

const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum"
	bodyType      = "application/offset+octet-stream"
	deferred      = "1" // the one value of Upload-Defer-Length

	headerTusResumable    = "Tus-Resumable"
	headerUploadLength    = "Upload-Length"
	headerUploadOffset    = "Upload-Offset"
	headerUploadMetadata  = "Upload-Metadata"
	headerUploadExpires   = "Upload-Expires"
	headerUploadChecksum  = "Upload-Checksum"
	headerMethodOverride  = "X-HTTP-Method-Override"
	headerUploadDeferSize = "Upload-Defer-Length"
)

// Register adds the routes. Origins are checked before, by whoever calls it.
func (t *Uploads) Register(router fiber.Router) {
	t.traffic = newTraffic(t.Hold)
	router.Options(t.Base, t.describe)
	router.Options(t.Base+"/:id", t.describe)
	router.Post(t.Base, t.checkVersion, t.create)
	router.Post(t.Base+"/:id", t.checkVersion, t.override)
	router.Head(t.Base+"/:id", t.find)
	router.Patch(t.Base+"/:id", t.checkVersion, t.append)
	router.Delete(t.Base+"/:id", t.checkVersion, t.terminate)
}

// describe answers OPTIONS: what this server can do.
func (t *Uploads) describe(c *fiber.Ctx) error {
	t.greet(c)
	c.Set("Tus-Version", tusVersion)
	c.Set("Tus-Extension", tusExtensions)
	c.Set("Tus-Max-Size", strconv.FormatInt(t.Engine.MaxSize, 10))
	c.Set("Tus-Checksum-Algorithm", upload.ChecksumAlgorithms)
	return c.SendStatus(http.StatusNoContent)
}

func (t *Uploads) greet(c *fiber.Ctx) {
	c.Set(headerTusResumable, tusVersion)
	c.Set(fiber.HeaderCacheControl, "no-store")
}

func (t *Uploads) checkVersion(c *fiber.Ctx) error {
	t.greet(c)
	if c.Get(headerTusResumable) != tusVersion {
		c.Set("Tus-Version", tusVersion)
		return webkit.Wrong(http.StatusPreconditionFailed, "send Tus-Resumable: "+tusVersion)
	}
	return c.Next()
}

// override serves clients that can send nothing but POST.
func (t *Uploads) override(c *fiber.Ctx) error {
	switch c.Get(headerMethodOverride) {
	case http.MethodPatch:
		return t.append(c)
	case http.MethodDelete:
		return t.terminate(c)
	case http.MethodHead:
		return t.find(c)
	}
	return fiber.ErrMethodNotAllowed
}

func (t *Uploads) create(c *fiber.Ctx) error {
	who, err := t.Authorise(c)
	if err != nil {
		return err
	}
	defer t.traffic.during()()
	file, err := fileOf(c)
	if err != nil {
		return err
	}
	body, hasBody, err := bodyOfCreation(c)
	if err != nil {
		return err
	}
	most := file.Size
	if file.Live {
		most = t.Engine.MaxSize
	}
	if hasBody && body.Length > most {
		return refusal.New(exam.UploadTooLarge, "size", most)
	}
	u, err := t.Engine.Create(c.UserContext(), who, file)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, t.Base+"/"+u.ID)
	if hasBody {
		if u, err = t.Engine.Append(c.UserContext(), who, u.ID, 0, body); err != nil {
			return err
		}
		c.Set(headerUploadOffset, strconv.FormatInt(u.Offset, 10))
	}
	setExpires(c, u)
	return c.SendStatus(http.StatusCreated)
}

func (t *Uploads) find(c *fiber.Ctx) error {
	t.greet(c)
	who, err := t.Authorise(c)
	if err != nil {
		return err
	}
	u, err := t.Engine.Find(c.UserContext(), who, c.Params("id"))
	if err != nil {
		return err
	}
	c.Set(headerUploadOffset, strconv.FormatInt(u.Offset, 10))
	if u.Live {
		c.Set(headerUploadDeferSize, deferred)
	} else {
		c.Set(headerUploadLength, strconv.FormatInt(u.Size, 10))
	}
	if u.Metadata != "" {
		c.Set(headerUploadMetadata, u.Metadata)
	}
	setExpires(c, u)
	return c.SendStatus(http.StatusOK)
}

func (t *Uploads) append(c *fiber.Ctx) error {
	who, err := t.Authorise(c)
	if err != nil {
		return err
	}
	defer t.traffic.during()()
	if c.Get(fiber.HeaderContentType) != bodyType {
		return webkit.Wrong(http.StatusUnsupportedMediaType, "send Content-Type: "+bodyType)
	}
	offset, err := number(c, headerUploadOffset)
	if err != nil {
		return err
	}
	body, err := bodyOf(c)
	if err != nil {
		return err
	}
	if body.Total, err = total(c); err != nil {
		return err
	}
	u, err := t.Engine.Append(c.UserContext(), who, c.Params("id"), offset, body)
	if err != nil {
		return err
	}
	c.Set(headerUploadOffset, strconv.FormatInt(u.Offset, 10))
	setExpires(c, u)
	return c.SendStatus(http.StatusNoContent)
}

func (t *Uploads) terminate(c *fiber.Ctx) error {
	who, err := t.Authorise(c)
	if err != nil {
		return err
	}
	if err := t.Engine.Terminate(c.UserContext(), who, c.Params("id")); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// bodyOf takes the request's body as a stream.
func bodyOf(c *fiber.Ctx) (upload.Body, error) {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return upload.Body{}, webkit.Wrong(http.StatusUnsupportedMediaType, "send the bytes without Content-Encoding")
	}
	body := upload.Body{Reader: strings.NewReader(""), Length: 0}
	if header := c.Get(headerUploadChecksum); header != "" {
		sum, ok := upload.ParseChecksum(header)
		if !ok {
			return upload.Body{}, webkit.Wrong(http.StatusBadRequest, "send Upload-Checksum: "+upload.ChecksumAlgorithms+" and base64")
		}
		body.Checksum = sum
	}
	sent := transport.BodyOf(c)
	if sent == nil {
		return body, nil
	}
	body.Reader, body.Interrupt, body.Gone = sent, sent.Interrupt, sent.Gone
	body.Length = max(-1, int64(c.Request().Header.ContentLength()))
	if body.Length >= 0 {
		body.Ready, body.More = sent.Ready, sent.More
	}
	return body, nil
}

// bodyOfCreation is the first part of the file, if the request that creates
// the upload brings one.
func bodyOfCreation(c *fiber.Ctx) (upload.Body, bool, error) {
	if c.Get(fiber.HeaderContentType) == bodyType {
		body, err := bodyOf(c)
		return body, err == nil, err
	}
	if c.Context().RequestBodyStream() != nil && c.Request().Header.ContentLength() != 0 {
		return upload.Body{}, false, webkit.Wrong(http.StatusUnsupportedMediaType, "send Content-Type: "+bodyType)
	}
	return upload.Body{}, false, nil
}

func number(c *fiber.Ctx, header string) (int64, error) {
	n, err := strconv.ParseInt(c.Get(header), 10, 64)
	if err != nil || n < 0 {
		return 0, webkit.Wrong(http.StatusBadRequest, "send "+header+" as a number of bytes")
	}
	return n, nil
}

// total is the length that a deferred upload is told at last; 0 where it is not.
func total(c *fiber.Ctx) (int64, error) {
	if c.Get(headerUploadLength) == "" {
		return 0, nil
	}
	n, err := number(c, headerUploadLength)
	if err == nil && n == 0 {
		err = refusal.New(exam.UploadEmpty)
	}
	return n, err
}

// setExpires tells until when an unfinished upload is kept.
func setExpires(c *fiber.Ctx, u upload.Upload) {
	if !u.Finished && !u.ExpiresAt.IsZero() {
		c.Set(headerUploadExpires, u.ExpiresAt.UTC().Format(http.TimeFormat))
	}
}

// Operations name the routes in the API's description, and whom they are for.
func Operations(base, who string) []huma.Operation {
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	all := []huma.Operation{
		{Method: http.MethodPost, Path: base, Summary: "tus: begin an upload"},
		{Method: http.MethodHead, Path: base + "/{id}", Summary: "tus: how far the upload is", Parameters: id},
		{Method: http.MethodPatch, Path: base + "/{id}", Summary: "tus: go on with the upload", Parameters: id},
		{Method: http.MethodDelete, Path: base + "/{id}", Summary: "tus: give the upload up", Parameters: id},
	}
	for i := range all {
		all[i].Description = "For: " + who + ". tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum."
		all[i].Responses = map[string]*huma.Response{"204": {Description: all[i].Summary}}
	}
	return all
}
