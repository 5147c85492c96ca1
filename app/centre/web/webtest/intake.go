package webtest

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/roster"
)

// readers read lists in the test's own process: the cage is the commands'.
type readers struct{ zone *time.Location }

func (r readers) Orders(_ context.Context, path string) (roster.OrderList, error) {
	file, err := os.Open(path)
	if err != nil {
		return roster.OrderList{}, err
	}
	defer file.Close()
	return roster.ReadFile(file, r.zone), nil
}

func (readers) Syllabus(_ context.Context, dir string) (roster.Syllabus, error) {
	folder, err := roster.OpenFolder(dir)
	if err != nil {
		return roster.Syllabus{}, err
	}
	defer folder.Close()
	return roster.ReadSyllabus(folder), nil
}

// oneFace sees one good face in every photo.
type oneFace struct{}

func (oneFace) CheckPhoto(context.Context, []byte) (roster.PhotoVerdict, error) {
	return roster.PhotoVerdict{Faces: 1}, nil
}
func (oneFace) Close() error { return nil }

func newFaces() intake.Faces { return oneFace{} }

// parcels opens every parcel as one list; what seals and opens them is tested
// with both programs.
type parcels struct{}

// ParcelList is the order list that every parcel brings.
const ParcelList = "准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片\n" +
	"P10013,王小明,Wang Xiaoming,男,2010-05-01,居民身份证,110101201005010013,北京,13800000000,钢琴,3,2026-01-01,2036-12-30,小星星,p1.jpg\n"

// Open writes the list.
func (parcels) Open(_ context.Context, _ store.Parcel, dir string) (intake.ParcelFiles, error) {
	file := filepath.Join(dir, "list.csv")
	return intake.ParcelFiles{Name: "list.csv", List: file}, os.WriteFile(file, []byte(ParcelList), 0o600)
}
