package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

type photo struct {
	person, name string
	data         []byte
}

// numbered is person-1.jpg: all before the last number is the person.
var numbered = regexp.MustCompile(`^(.+)-\d+$`)

// findPhotos reads every JPEG and PNG below the folder.
func findPhotos(folder string) ([]photo, error) {
	var photos []photo
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		extension := strings.ToLower(filepath.Ext(path))
		if extension != ".jpg" && extension != ".jpeg" && extension != ".png" {
			return nil
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		photos = append(photos, photo{person: personOf(relative), name: relative, data: data})
		return err
	})
	if err == nil && len(photos) < 2 {
		err = fmt.Errorf("%s has %d photos; it needs a folder for each person, or files named person-1.jpg", folder, len(photos))
	}
	return photos, err
}

func personOf(path string) string {
	if folder := filepath.Dir(path); folder != "." {
		return folder
	}
	name := strings.TrimSuffix(path, filepath.Ext(path))
	if m := numbered.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return name
}
