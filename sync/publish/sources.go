package publish

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kaodian/sync/batch"
)

// maxArchive is how many bytes of files go into one archive; the next begins a
// new one, so that no sealed file exceeds its limit.
const maxArchive = 900 << 20

// FileSource is a file as it is.
func FileSource(file string, role batch.ContentRole) (Source, error) {
	info, err := os.Stat(file)
	if err != nil {
		return Source{}, err
	}
	return Source{Name: filepath.Base(file), Role: role, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(file) }}, nil
}

// BytesSource is a file that was read already.
func BytesSource(name string, role batch.ContentRole, content []byte) Source {
	return Source{Name: name, Role: role, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// FolderSources are the plain files of a folder, packed into archives as they are
// read. Hidden files, links and folders within it are left out.
func FolderSources(dir, name string, role batch.ContentRole) ([]Source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all [][]string
	size := int64(maxArchive + 1)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		if size+info.Size() > maxArchive {
			all, size = append(all, nil), 0
		}
		size += info.Size()
		all[len(all)-1] = append(all[len(all)-1], filepath.Join(dir, entry.Name()))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no files; name the folder in which they lie", dir)
	}
	var sources []Source
	for place, files := range all {
		one := fmt.Sprintf("%s-%d.zip", name, place+1)
		sources = append(sources, Source{Name: one, Role: role, Open: func() (io.ReadCloser, error) { return archive(files), nil }})
	}
	return sources, nil
}

// archive is a ZIP of files, written as it is read. They are stored as they are:
// pictures do not get smaller.
func archive(files []string) io.ReadCloser {
	from, to := io.Pipe()
	go func() { to.CloseWithError(pack(to, files)) }()
	return from
}

func pack(to io.Writer, files []string) error {
	out := zip.NewWriter(to)
	for _, file := range files {
		if err := packFile(out, file); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return out.Close()
}

func packFile(out *zip.Writer, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	entry, err := out.CreateHeader(&zip.FileHeader{Name: filepath.Base(file), Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, in)
	return err
}
