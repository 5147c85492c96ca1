package roster

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"kaodian/app/exam"
)

// noise is a picture that hardly compresses, so that its size is known; seed
// keeps it the same in every run.
func noise(side int, colour bool) image.Image {
	random := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, side, side))
	for i := 0; i < len(picture.Pix); i += 4 {
		v := byte(random.UintN(256))
		picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2], picture.Pix[i+3] = v, v, v, 255
		if colour {
			picture.Pix[i+1], picture.Pix[i+2] = byte(random.UintN(256)), 60
		}
	}
	return picture
}

func encode(t *testing.T, picture image.Image, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&out, picture)
	case "gif":
		err = gif.Encode(&out, picture, nil)
	default:
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: 90})
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// folderOf writes the files into a fresh folder and opens it.
func folderOf(t *testing.T, files map[string][]byte) *Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return folder
}

// R2: a photo that breaks a hard limit is not taken, and the order is
// imported all the same; doubt is a warning beside a photo that is taken.
func TestR2PhotosAreTakenOrRefusedWithTheReason(t *testing.T) {
	colour := encode(t, noise(400, true), "jpeg")
	folder := folderOf(t, map[string][]byte{
		"good.jpg": colour, "good.png": encode(t, noise(300, true), "png"),
		"small.jpg": encode(t, noise(60, true), "jpeg"), "large.jpg": encode(t, noise(1200, true), "jpeg"),
		"film.gif": encode(t, noise(500, true), "gif"), "text.jpg": bytes.Repeat([]byte("no picture "), 20_000),
		"Zoë.JPG": colour, "turned.jpg": turned(colour), "animated.png": animated(encode(t, noise(300, true), "png")),
		"cmyk.jpg": append(cmyk(), make([]byte, 100_000)...),
	})
	one := func(context.Context, []byte) (PhotoVerdict, error) { return PhotoVerdict{Faces: 1}, nil }
	sees := func(v PhotoVerdict, err error) CheckPhoto {
		return func(context.Context, []byte) (PhotoVerdict, error) { return v, err }
	}
	for _, c := range []struct {
		name, file string
		check      CheckPhoto
		taken      string // media type, "" when refused
		want       Code
	}{
		{"a good JPEG", "good.jpg", one, "image/jpeg", ""},
		{"a good PNG", "good.png", one, "image/png", ""},
		{"nobody looks for faces", "good.jpg", nil, "image/jpeg", ""},
		{"a name in another case, taken apart by a Mac", "Zoe\u0308.jpg", one, "image/jpeg", ""},
		{"fewer bytes than 100,000", "small.jpg", one, "", PhotoTooSmall},
		{"more bytes than 512,000", "large.jpg", one, "", PhotoTooLarge},
		{"grey", "good.jpg", sees(PhotoVerdict{Grey: true, Faces: 1}, nil), "", PhotoGrey},
		{"cut off", "good.jpg", sees(PhotoVerdict{Unreadable: "unexpected EOF"}, nil), "", PhotoFormat},
		{"a GIF", "film.gif", one, "", PhotoFormat},
		{"turned by its EXIF, as phones write it", "turned.jpg", one, "image/jpeg", ""},
		{"animated", "animated.png", one, "", PhotoAnimated},
		{"a printer's colours", "cmyk.jpg", one, "", PhotoCMYK},
		{"no picture", "text.jpg", one, "", PhotoFormat},
		{"no such file", "other.jpg", one, "", PhotoNotFound},
		{"none named", "", one, "", PhotoMissing},
		{"no face", "good.jpg", sees(PhotoVerdict{}, nil), "", PhotoNoFace},
		{"two faces", "good.jpg", sees(PhotoVerdict{Faces: 2}, nil), "", PhotoManyFaces},
		{"blurred", "good.jpg", sees(PhotoVerdict{Faces: 1, Blurred: true}, nil), "image/jpeg", PhotoBlurred},
		{"a small face", "good.jpg", sees(PhotoVerdict{Faces: 1, FaceSmall: true}, nil), "image/jpeg", PhotoFaceSmall},
		{"taken of a screen or a print", "good.jpg", sees(PhotoVerdict{Faces: 1, Rephotographed: true}, nil), "image/jpeg", PhotoRephoto},
		{"the examiner of faces is ill", "good.jpg", sees(PhotoVerdict{}, errors.New("worker gone")), "image/jpeg", PhotoUnchecked},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := []Row{{Number: 2, PhotoFile: c.file, Registration: wanted()}}
			problems, err := CheckPhotos(t.Context(), folder, rows, c.check)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if c.want != "" {
				want = []string{"~2 photo " + string(c.want)}
			}
			wantProblems(t, problems, want...)
			if rows[0].PhotoType != c.taken || (rows[0].Registration.Photo != "") != (c.taken != "") {
				t.Errorf("taken as %q with hash %q, want %q", rows[0].PhotoType, rows[0].Registration.Photo, c.taken)
			}
		})
	}
}

func TestR2AnOldPhotoIsAWarning(t *testing.T) {
	folder := folderOf(t, map[string][]byte{"a.jpg": encode(t, noise(400, true), "jpeg")})
	rows := []Row{{Number: 2, PhotoFile: "a.jpg", Registration: wanted()}}
	rows[0].Registration.PhotoTaken = exam.Date{Year: 2024, Month: 5, Day: 1}
	problems, err := CheckPhotos(t.Context(), folder, rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantProblems(t, problems, "~2 photo photo_old")
}

// Names come from outside; only plain files of the folder itself are read.
func TestNothingOutsideTheFolderIsRead(t *testing.T) {
	folder := folderOf(t, map[string][]byte{"a.jpg": []byte("a")})
	dir := folder.root.Name()
	if err := os.WriteFile(filepath.Join(dir, "..", "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link.jpg": "../secret", "absolute.jpg": filepath.Join(dir, "..", "secret"), "inner.jpg": "a.jpg"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.jpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe.jpg"), 0o600); err != nil { // would be waited for
		t.Fatal(err)
	}
	for _, name := range []string{"pipe.jpg", "../secret", "..", ".", "", "/etc/passwd", `..\secret`, "folder/../../secret", "link.jpg", "absolute.jpg", "folder.jpg", "a.jpg\x00", strings.Repeat("a", 300)} {
		if content, err := folder.Read(name, 1000); err == nil {
			t.Errorf("%q was read: %q", name, content)
		}
	}
	if content, err := folder.Read("inner.jpg", 1000); err != nil || string(content) != "a" {
		t.Errorf("a link within the folder: %q, %v", content, err)
	}
}

func TestAFileThatChangedIsNotTakenForTheCheckedOne(t *testing.T) {
	folder := folderOf(t, map[string][]byte{"a.jpg": []byte("a")})
	if _, err := folder.ReadExactly("a.jpg", strings.Repeat("0", 64)); err == nil {
		t.Error("a file with another SHA-256 was read")
	}
}

func uniform() []byte {
	var out bytes.Buffer
	picture := image.NewRGBA(image.Rect(0, 0, 10, 10))
	picture.Set(1, 1, color.White)
	_ = png.Encode(&out, picture)
	return out.Bytes()
}

func TestR9ASyllabusIsReadWithItsBank(t *testing.T) {
	folder := folderOf(t, map[string][]byte{
		"syllabus.csv": []byte("专业,级别,科目,类型,抽题,组\n电子琴,1-4,乐曲,piece,no,\n电子琴,1—4,视奏,视奏,是,抽\n电子琴,5,视奏,sight_reading,yes,\n"),
		"bank.csv":     []byte("subject,grades,item,title,file\n电子琴,1-5,视奏,第一条,a.png\n电子琴,一级至四级,视奏,第二条,b.pdf\n电子琴,8,视奏,多余,\n"),
		"a.png":        uniform(), "b.pdf": pdfWith(""),
	})
	got := ReadSyllabus(folder)
	wantProblems(t, got.Problems, "~bank.csv 4 item question_unused")
	if len(got.Items) != 3 || len(got.Questions) != 3 {
		t.Fatalf("%d items and %d questions", len(got.Items), len(got.Questions))
	}
	item := got.Items[1]
	want := SyllabusItem{Row: 3, Scope: Scope{"电子琴", 1, 4}, ItemSpec: exam.ItemSpec{Name: "视奏", Kind: exam.ItemSightReading, Drawn: true, Group: "抽"}}
	if item != want {
		t.Errorf("item %+v, want %+v", item, want)
	}
	for i, want := range []string{"image/png", "application/pdf", ""} {
		q := got.Questions[i]
		if q.Type != want || (q.File != "") != (want != "") {
			t.Errorf("question %d is %q with hash %q, want %q", i, q.Type, q.File, want)
		}
	}
}

func TestEveryFaultOfASyllabusIsNamed(t *testing.T) {
	const items = "subject,grades,item,kind,drawn\n"
	const bank = "subject,grades,item,title,file\n"
	drawn := items + "电子琴,1-2,视奏,sight_reading,yes\n"
	for _, c := range []struct {
		name, items, bank string
		want              []string
	}{
		{"no syllabus.csv", "", "", []string{"syllabus.csv 0  file_not_found"}},
		{"no bank.csv for a drawn item", drawn, "", []string{"bank.csv 0  file_not_found"}},
		{"a missing column", "subject,grades,item,kind\n钢琴,1,乐曲,piece\n", "", []string{"syllabus.csv 1 drawn column_missing"}},
		{"grades that a spreadsheet took for a date", items + "钢琴,1月4日,乐曲,piece,no\n钢琴,4-Jan,乐曲,piece,no\n", "",
			[]string{"syllabus.csv 2 grades grades_mangled", "syllabus.csv 3 grades grades_mangled"}},
		{"grades from high to low", items + "钢琴,4-1,乐曲,piece,no\n", "", []string{"syllabus.csv 2 grades grades_invalid"}},
		{"an unknown kind", items + "钢琴,1,乐曲,song,no\n", "", []string{"syllabus.csv 2 kind kind_invalid"}},
		{"neither yes nor no", items + "钢琴,1,乐曲,piece,maybe\n", "", []string{"syllabus.csv 2 drawn yes_no_invalid"}},
		{"an item twice for a grade", items + "钢琴,1-4,乐曲,piece,no\n钢琴,4-6,乐曲,piece,no\n钢琴,7,乐曲,piece,no\n", "", []string{"syllabus.csv 3 item item_twice"}},
		{"a grade with nothing to draw", drawn, bank + "电子琴,1,视奏,一,ok.png\n", []string{"syllabus.csv 2 grades question_bank_empty"}},
		{"a score that is not there", drawn, bank + "电子琴,1-2,视奏,一,no.png\n", []string{"bank.csv 2 file file_not_found"}},
		{"a score that is a path", drawn, bank + "电子琴,1-2,视奏,一,../ok.png\n", []string{"bank.csv 2 file name_unsafe"}},
		{"a score that is no picture", drawn, bank + "电子琴,1-2,视奏,一,text.png\n", []string{"bank.csv 2 file question_format"}},
		{"a PDF that is cut off", drawn, bank + "电子琴,1-2,视奏,一,cut.pdf\n", []string{"bank.csv 2 file question_format"}},
		{"a question without a title", drawn, bank + "电子琴,1-2,视奏,,ok.png\n", []string{"bank.csv 2 title cell_missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{"ok.png": uniform(), "text.png": []byte("text"), "cut.pdf": []byte("%PDF-1.4\n…")}
			if c.items != "" {
				files["syllabus.csv"] = []byte(c.items)
			}
			if c.bank != "" {
				files["bank.csv"] = []byte(c.bank)
			}
			wantProblems(t, ReadSyllabus(folderOf(t, files)).Problems, c.want...)
		})
	}
}
