package roster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats of a registration photo
	_ "image/png"
	"io/fs"
	"time"

	"kaodian/app/exam"
)

// What a registration photo must keep to (R2), in bytes.
const (
	minPhotoBytes = 100_000
	maxPhotoBytes = MaxPhotoBytes
)

// MaxPhotoBytes is the largest registration photo (R2).
const MaxPhotoBytes = 512_000

// minSharpness is the variance of the Laplacian over the face at 112 pixels;
// below it the photo is «blurred» and staff should look.
const minSharpness = 30.0

// minFaceShare is how much of the photo's width the face of an ID photo takes
// at least; the standard size (33 × 48 mm) asks for 45 to 65 %.
const minFaceShare = 0.25

// minColourful is the share of a photo's pixels that have a colour: skin
// alone gives a colour photo many times as much.
const minColourful = 0.01

// maxPattern is how far a regular pattern may stand out of a face, in
// decibels, before the photo looks taken of a screen or a print. Of six photos
// of people, whole, blocky, sharpened, noisy and before a brick wall, none had
// more than 17.9; of simulated screens and prints none less than 22.1
// (media/vision/cv). Real ones were not at hand.
const maxPattern = 20.0

// maxPhotoAge is how old a «recent» photo may be when the window opens.
const maxPhotoAge = 366 * 24 * time.Hour

// PhotoSeen is what was measured of a photo.
type PhotoSeen struct {
	Unreadable string  // why no decoder reads it all, "" if one does
	Colourful  float64 // share of its pixels that have a colour
	Faces      int
	Reliable   bool // the detector's «no face» and «several» count
	// Of the one face:
	Sharpness float64
	Share     float64 // of the photo's width
	Pattern   float64
}

// Verdict says which limits the photo breaks and what staff should look at (R2).
// Only a reliable detector's «no face» refuses a photo; another's is an error,
// which leaves it to staff.
func (p PhotoSeen) Verdict() (PhotoVerdict, error) {
	verdict := PhotoVerdict{Unreadable: p.Unreadable, Grey: p.Colourful < minColourful, Faces: p.Faces}
	if verdict.Unreadable != "" || verdict.Grey {
		return verdict, nil
	}
	if p.Faces != 1 {
		if !p.Reliable {
			return PhotoVerdict{}, errors.New("no face model is installed; run «make models»")
		}
		return verdict, nil
	}
	verdict.Blurred = p.Sharpness < minSharpness
	verdict.FaceSmall = p.Share < minFaceShare
	verdict.Rephotographed = p.Pattern > maxPattern
	return verdict, nil
}

// PhotoVerdict is what was seen in a photo.
type PhotoVerdict struct {
	Unreadable     string // why no decoder reads it all, "" if one does
	Grey           bool   // hardly a pixel has a colour
	Faces          int
	Blurred        bool // doubt only
	FaceSmall      bool // doubt only
	Rephotographed bool // doubt only: taken of a screen or a print
}

// CheckPhoto examines a photo's bytes. The media side implements it, which decodes
// untrusted pictures in a cage; an error means that the photo could not be
// examined, which is a warning and refuses nothing.
type CheckPhoto func(ctx context.Context, photo []byte) (PhotoVerdict, error)

// CheckPhotos looks at the photo of every row (R2). A photo that breaks a hard
// limit is not taken: its problem is a warning, as the order is imported as
// 照片待补. Rows with a good photo get Registration.Photo (SHA-256) and
// PhotoType. folder may be nil (no photo is there), check may be nil (only heads
// of pictures are read). The error is only the context's.
func CheckPhotos(ctx context.Context, folder *Folder, rows []Row, check CheckPhoto) ([]Problem, error) {
	var problems Problems
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return problems.List(), err
		}
		for _, p := range checkPhoto(ctx, folder, &rows[i], check) {
			p.Row, p.Column, p.Warning = rows[i].Number, "photo", true
			problems.Add(p)
		}
	}
	return problems.List(), nil
}

func checkPhoto(ctx context.Context, folder *Folder, row *Row, check CheckPhoto) []Problem {
	if row.PhotoFile == "" {
		return problem(PhotoMissing)
	}
	content, refused := readPhoto(folder, row.PhotoFile)
	if refused != nil {
		return refused
	}
	format, err := pictureFormat(content)
	if err != nil {
		return problem(PhotoFormat, "reason", err.Error())
	}
	switch {
	case isAnimated(content):
		return problem(PhotoAnimated)
	case isCMYK(content):
		return problem(PhotoCMYK)
	}
	doubts, refused := checkContent(ctx, content, check)
	if refused != nil {
		return refused
	}
	sum := sha256.Sum256(content)
	row.Registration.Photo, row.PhotoType = hex.EncodeToString(sum[:]), "image/"+format
	if g := row.Registration; isOld(g) {
		doubts = append(doubts, problem(PhotoOld, "taken", g.PhotoTaken.String())...)
	}
	return doubts
}

func readPhoto(folder *Folder, name string) ([]byte, []Problem) {
	if folder == nil {
		return nil, problem(PhotoNotFound, "file", shorten(name))
	}
	content, err := folder.Read(name, maxPhotoBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, problem(PhotoNotFound, "file", shorten(name))
	case errors.Is(err, errTooLarge):
		return nil, problem(PhotoTooLarge, "size", folder.size(name), "limit", maxPhotoBytes)
	case err != nil:
		return nil, problem(PhotoFormat, "reason", err.Error())
	case len(content) < minPhotoBytes:
		return nil, problem(PhotoTooSmall, "size", len(content), "limit", minPhotoBytes)
	}
	return content, nil
}

// maxPixels is how many a picture may have: a small file can claim a huge one;
// half a megabyte holds no more of a face.
const maxPixels = 24_000_000

// errPixels is a picture that would be too large in the memory.
var errPixels = errors.New("pixels")

// pictureFormat reads the head of a JPEG or PNG. The format is looked at by
// name because other packages register more decoders than these two.
func pictureFormat(content []byte) (string, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	switch {
	case err != nil:
		return "", err
	case format != "jpeg" && format != "png":
		return "", fmt.Errorf("it is %s", format)
	case config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height:
		return "", fmt.Errorf("%d × %d %w", config.Width, config.Height, errPixels)
	}
	return format, nil
}

func checkContent(ctx context.Context, content []byte, check CheckPhoto) (doubts, refused []Problem) {
	if check == nil {
		return nil, nil
	}
	verdict, err := check(ctx, content)
	switch {
	case err != nil:
		return problem(PhotoUnchecked, "reason", err.Error()), nil
	case verdict.Unreadable != "":
		return nil, problem(PhotoFormat, "reason", verdict.Unreadable)
	case verdict.Grey:
		return nil, problem(PhotoGrey)
	case verdict.Faces == 0:
		return nil, problem(PhotoNoFace)
	case verdict.Faces > 1:
		return nil, problem(PhotoManyFaces, "faces", verdict.Faces)
	}
	if verdict.Blurred {
		doubts = append(doubts, problem(PhotoBlurred)...)
	}
	if verdict.FaceSmall {
		doubts = append(doubts, problem(PhotoFaceSmall)...)
	}
	if verdict.Rephotographed {
		doubts = append(doubts, problem(PhotoRephoto)...)
	}
	return doubts, nil
}

func isOld(g exam.Registration) bool {
	if g.PhotoTaken.IsZero() {
		return false
	}
	taken := time.Date(g.PhotoTaken.Year, g.PhotoTaken.Month, g.PhotoTaken.Day, 0, 0, 0, 0, time.UTC)
	return g.Window.OpensAt.Sub(taken) > maxPhotoAge
}
