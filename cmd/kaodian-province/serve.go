package main

import (
	"context"
	"log/slog"
	"os"

	"golang.org/x/sync/errgroup"

	"kaodian/app/province/store"
	"kaodian/app/province/web"
	"kaodian/cmd/internal/command"
	provinceui "kaodian/ui/province"
)

type serveCommand struct {
	HTTP command.Address `name:"http" default:"127.0.0.1:8081" placeholder:"ADDR" help:"Address to serve on."`
	Host []string        `placeholder:"NAME" help:"A name that browsers call this server by, besides its addresses and localhost; may be given again."`
}

// Run serves until the context ends. It needs none of the province's keys.
func (s *serveCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(province *store.Store) error {
		log := slog.New(slog.NewTextHandler(os.Stderr, nil))
		watch := &command.AuditWatch{Audit: common.audit(), Log: log, Watched: province}
		server := web.New(web.Config{
			Store:   province,
			Version: version,
			Hosts:   s.Host,
			Pages:   provinceui.Pages(),
			Audit:   watch,
			Log:     log,
		})
		listener, err := s.HTTP.Listen("--http")
		if err != nil {
			return err
		}
		log.Info("serving", "address", "http://"+listener.Addr().String(), "version", version)
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return watch.Run(ctx) })
		group.Go(func() error {
			return command.ServeUntil(ctx, server.Shutdown, func() error { return server.Serve(listener) })
		})
		return group.Wait()
	})
}
