package main

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// phone is one tus client on one socket. It writes requests by hand and sends
// the file by sendfile, so that the client's share of the processor is small.
type phone struct {
	address string
	header  string // lines that prove who it is, each ended by \r\n
	place   string // metadata: attempt and item
	conn    *net.TCPConn
	reader  *bufio.Reader
}

func (p *phone) dial() error {
	conn, err := net.Dial("tcp", p.address)
	if err != nil {
		return err
	}
	p.conn = conn.(*net.TCPConn)
	p.reader = bufio.NewReaderSize(conn, 4<<10)
	return nil
}

func (p *phone) hangUp() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

// sendHead writes a request up to its body of n bytes.
func (p *phone) sendHead(method, path, header string, n int64) error {
	if p.conn == nil {
		if err := p.dial(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(p.conn, "%s %s HTTP/1.1\r\nHost: %s\r\nTus-Resumable: 1.0.0\r\n%s%sContent-Length: %d\r\n\r\n",
		method, path, p.address, p.header, header, n)
	return err
}

// sendBody writes n bytes of file from offset.
func (p *phone) sendBody(file *os.File, offset, n int64) error {
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	sent, err := p.conn.ReadFrom(&io.LimitedReader{R: file, N: n})
	if err == nil && sent < n {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// answer reads the answer; its body is dropped.
func (p *phone) answer(method string) (*http.Response, error) {
	response, err := http.ReadResponse(p.reader, &http.Request{Method: method})
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if response.Close {
		p.hangUp()
	}
	return response, err
}

// call does both and expects a status.
func (p *phone) call(method, path, header string, file *os.File, offset, n int64, want int) (*http.Response, error) {
	if err := p.sendHead(method, path, header, n); err != nil {
		return nil, err
	}
	if n > 0 {
		if err := p.sendBody(file, offset, n); err != nil {
			return nil, err
		}
	}
	response, err := p.answer(method)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != want {
		return response, fmt.Errorf("%s %s: status %d, want %d", method, path, response.StatusCode, want)
	}
	return response, nil
}

// create makes an upload and returns its path.
func (p *phone) create(collection string, size int64) (string, error) {
	header := fmt.Sprintf("Upload-Length: %d\r\nUpload-Metadata: %s\r\n", size, p.place)
	response, err := p.call(http.MethodPost, collection, header, nil, 0, 0, http.StatusCreated)
	if err != nil {
		return "", err
	}
	location, err := url.Parse(response.Header.Get("Location"))
	if err != nil || location.Path == "" {
		return "", errors.New("the answer to a creation has no location")
	}
	return location.Path, nil
}

// offset asks how far an upload is.
func (p *phone) offset(path string) (int64, error) {
	response, err := p.call(http.MethodHead, path, "", nil, 0, 0, http.StatusOK)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(response.Header.Get("Upload-Offset"), 10, 64)
}

func patchHeader(offset int64) string {
	return fmt.Sprintf("Content-Type: application/offset+octet-stream\r\nUpload-Offset: %d\r\n", offset)
}

// upload sends size bytes of a file in chunks (0: in one).
func (p *phone) upload(path string, file *os.File, size, chunk int64) error {
	if chunk == 0 {
		chunk = size
	}
	for offset := int64(0); offset < size; offset += chunk {
		n := min(chunk, size-offset)
		if _, err := p.call(http.MethodPatch, path, patchHeader(offset), file, offset, n, http.StatusNoContent); err != nil {
			return err
		}
	}
	return nil
}

func metadata(pairs ...string) string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(list, ",")
}
