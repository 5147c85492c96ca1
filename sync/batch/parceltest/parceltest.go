// Package parceltest makes parcels as a province does, for tests of the centre's
// side, which may not link the province's store. It links no driver.
package parceltest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// Province makes parcels for one install.
type Province struct {
	Signer    *seal.Signer
	Recipient string // the install's
	Centre    string
	Install   string
	Sequence  int64  // of the last parcel
	Previous  string // its manifest
}

// Parcel is a parcel that can be spoilt.
type Parcel struct {
	Manifest batch.Manifest
	Contents batch.Contents
	Files    map[string][]byte // by their names in its folder
	Sum      string            // of its manifest
}

// Orders makes the next parcel, of an order list and archives of photos.
func (p *Province) Orders(t testing.TB, list string, photos ...[]byte) *Parcel {
	t.Helper()
	one := p.Peek(t, list, photos...)
	p.Sequence, p.Previous = one.Manifest.Sequence, one.Sum
	return one
}

// Peek is Orders without going on in the chain.
func (p *Province) Peek(t testing.TB, list string, photos ...[]byte) *Parcel {
	t.Helper()
	one := &Parcel{Files: map[string][]byte{}, Contents: batch.Contents{Version: batch.ParcelVersion, Kind: batch.OrdersKind, Title: "春季", Files: []batch.Content{}}}
	one.Manifest = batch.Manifest{
		Version: batch.ParcelVersion, Centre: p.Centre, Install: p.Install, Recipient: p.Recipient, Sequence: p.Sequence + 1, Previous: p.Previous,
		MadeAt: time.UnixMilli(1_780_000_000_000).UTC(), Program: "parceltest", Files: []batch.File{},
	}
	p.add(t, one, "list.csv", batch.ListContent, []byte(list))
	for _, photo := range photos {
		p.add(t, one, "photos.zip", batch.PhotosContent, photo)
	}
	p.Seal(t, one)
	return one
}

func (p *Province) add(t testing.TB, one *Parcel, name string, role batch.ContentRole, content []byte) {
	t.Helper()
	sealed, sums := p.seal(t, content)
	one.Contents.Files = append(one.Contents.Files, batch.Content{Name: name, Role: role, Sealed: sums.Sealed, SHA256: sums.Plain, Size: sums.PlainSize})
	one.Files[batch.MediaName(sums.Sealed)] = sealed
	one.Manifest.Files = append(one.Manifest.Files, batch.File{Name: batch.MediaName(sums.Sealed), Size: sums.SealedSize, SHA256: sums.Sealed})
}

func (p *Province) seal(t testing.TB, content []byte) ([]byte, seal.Sums) {
	t.Helper()
	to, err := seal.ParseRecipient(p.Recipient)
	check(t, err)
	var sealed bytes.Buffer
	sums, err := seal.Encrypt(&sealed, to, bytes.NewReader(content))
	check(t, err)
	return sealed.Bytes(), sums
}

// Seal seals the parcel's contents anew, as they are now, and signs it.
func (p *Province) Seal(t testing.TB, one *Parcel) {
	t.Helper()
	text, err := batch.Canonical(one.Contents)
	check(t, err)
	p.SealBytes(t, one, text)
}

// SealBytes is Seal with other contents than the parcel's.
func (p *Province) SealBytes(t testing.TB, one *Parcel, contents []byte) {
	t.Helper()
	sealed, sums := p.seal(t, contents)
	one.Files[batch.ContentsName] = sealed
	files := one.Manifest.Files[:0:0]
	for _, file := range one.Manifest.Files {
		if file.Name != batch.ContentsName {
			files = append(files, file)
		}
	}
	one.Manifest.Files = append(files, batch.File{Name: batch.ContentsName, Size: sums.SealedSize, SHA256: sums.Sealed})
	p.Sign(t, one, p.Signer)
}

// Sign signs the manifest as it is now.
func (p *Province) Sign(t testing.TB, one *Parcel, by *seal.Signer) {
	t.Helper()
	text, err := batch.Canonical(one.Manifest)
	check(t, err)
	p.SignBytes(t, one, by, text)
}

// SignBytes signs any bytes as the manifest.
func (p *Province) SignBytes(t testing.TB, one *Parcel, by *seal.Signer, text []byte) {
	t.Helper()
	signature, err := by.Sign(text, "parceltest")
	check(t, err)
	one.Files[batch.ManifestName], one.Files[batch.SignatureName], one.Sum = text, signature, batch.Sum(text)
}

// Write puts the parcel at a drop in a folder, under its own names or those of ref.
func (one *Parcel) Write(t testing.TB, root string, ref batch.Ref) {
	t.Helper()
	for name, content := range one.Files {
		to := filepath.Join(root, filepath.FromSlash(ref.ParcelFolder()), filepath.FromSlash(name))
		check(t, os.MkdirAll(filepath.Dir(to), 0o755))
		check(t, os.WriteFile(to, content, 0o644))
	}
}

// List is an order list with a row for each ticket.
func List(tickets ...string) string {
	var text strings.Builder
	text.WriteString("准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片\n")
	for _, ticket := range tickets {
		text.WriteString(ticket + ",王小明,Wang Xiaoming,男,2010-05-01,居民身份证,11010120100501" + ticket[len(ticket)-4:] + ",北京,13800000000,钢琴,3,2026-12-01,2036-12-30,小星星," + ticket + ".jpg\n")
	}
	return text.String()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
