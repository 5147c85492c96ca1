package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/webkit"
	"kaodian/cmd/internal/command"
)

// closedPage is the only page while the disk cannot be written to. It is
// self-contained: nothing else of the program runs.
const closedPage = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="10">
<title>考点服务器的磁盘出了故障</title>
<style>body{margin:0;font:18px/1.6 sans-serif;background:#fbf6ef;color:#2a2018}main{max-width:34em;margin:12vh auto;padding:0 20px}h1{font-size:26px}hr{border:0;border-top:1px solid #d8c9b2;margin:28px 0}</style></head>
<body><main>
<h1>考点服务器的磁盘出了故障</h1>
<p>服务器现在存不了数据，所以暂停考试。已经提交和已经上传的内容还在；你的考试机会不会因此减少。</p>
<p><strong>考生：</strong>请马上告诉工作人员，不要关闭手机上的页面。<br><strong>工作人员：</strong>请联系技术人员检查服务器的磁盘；磁盘恢复以后，服务器会自动继续，可以给考生补时。</p>
<hr>
<div lang="en"><h1>The disk of the centre's server failed</h1>
<p>The server can store nothing now, so the exam is suspended. What was submitted and uploaded is still there; you lose no attempt by it.</p>
<p><strong>Candidates:</strong> tell the staff at once, and leave the page on your phone open.<br><strong>Staff:</strong> have a technician look at the server's disk (journalctl -k, smartctl). The server goes on by itself when the disk does; you can give extra time.</p></div>
</main></body></html>
`

// closed answers every call with a problem and everything else with the page.
func closed(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", "10")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	body := closedPage
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "application/problem+json")
		body = fmt.Sprintf(`{"type":"about:blank","title":%q,"status":503,"code":%q}`, http.StatusText(http.StatusServiceUnavailable), refusal.StorageFailed)
	} else {
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, body) // the caller may be gone
	}
}

// tryingAgain is how often a disk that failed at the start is tried again.
const tryingAgain = 5 * time.Second

// explain serves closedPage until the disk can be written to or the context ends.
func (s *serveCommand) explain(ctx context.Context, common *common, unwritable unwritableDisk, log *slog.Logger) error {
	log.Error("the disk cannot be written to: only a page that explains it is served until it can; look at the disk (journalctl -k, smartctl)", "error", unwritable.error)
	listener, err := s.HTTP.Listen("--http")
	if err != nil {
		return err
	}
	log.Info("serving", "address", "http://"+listener.Addr().String(), "only", "a page that explains")
	listeners := []net.Listener{listener}
	if secure := s.closedSecure(common, unwritable.folder, log); secure != nil {
		listeners = append(listeners, secure)
	}
	server := &http.Server{Handler: http.HandlerFunc(closed), ReadHeaderTimeout: command.Stopping, WriteTimeout: command.Stopping, IdleTimeout: command.Stopping}
	group := errgroup.Group{}
	for _, l := range listeners {
		group.Go(func() error { return server.Serve(webkit.Steady(l, nil)) })
	}
	untilWritable(ctx, unwritable.folder, log)
	err = server.Close()
	if end := group.Wait(); !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// closedSecure listens by HTTPS with the existing keys; nil if they cannot be
// read.
func (s *serveCommand) closedSecure(common *common, folder string, log *slog.Logger) net.Listener {
	written, err := readWritten(common.Config)
	if err != nil || s.HTTPS == "" {
		return nil
	}
	live, err := newLive(written, nil)
	if err != nil {
		return nil
	}
	secured, _, err := s.secure(&centre{live: live, folder: folder, clock: clock.New(timekeeper.ReleasedAt)})
	if err != nil || secured == nil {
		log.Error("the page that explains is not served by HTTPS", "error", err)
		return nil
	}
	return tls.NewListener(secured.Listener, secured.config)
}

// untilWritable waits until the disk can be written to, or the context ends.
func untilWritable(ctx context.Context, folder string, log *slog.Logger) {
	again := time.NewTicker(tryingAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if tryDisk(folder) == nil {
			log.Info("the disk can be written to again")
			return
		}
	}
}
