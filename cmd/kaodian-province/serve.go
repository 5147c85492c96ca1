package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"kaodian/app/province/store"
	"kaodian/app/province/web"
	provinceui "kaodian/ui/province"
)

type serveCommand struct {
	HTTP string   `name:"http" default:"127.0.0.1:8081" placeholder:"ADDR" help:"Address to serve on."`
	Host []string `placeholder:"NAME" help:"A name that browsers call this server by, besides its addresses and localhost; may be given again."`
}

// stopping is how long requests under way may take after SIGTERM.
const stopping = 10 * time.Second

// Run serves until the context ends. It needs none of the province's keys.
func (s *serveCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(province *store.Store) error {
		log := slog.New(slog.NewTextHandler(os.Stderr, nil))
		server := web.New(web.Config{
			Store:   province,
			Version: version,
			Hosts:   s.Host,
			Pages:   provinceui.Pages(),
			Log:     log,
		})
		listener, err := net.Listen("tcp", s.HTTP)
		if err != nil {
			return fmt.Errorf("listen on %s: %w; choose another address with --http", s.HTTP, err)
		}
		log.Info("serving", "address", "http://"+listener.Addr().String(), "version", version)
		return serveUntil(ctx, server, listener)
	})
}

// serveUntil serves until the context ends, then lets requests under way end.
func serveUntil(ctx context.Context, server *web.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
	defer cancel()
	if err := server.Shutdown(end); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
