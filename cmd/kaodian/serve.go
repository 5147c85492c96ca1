package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/app/centre/upkeep"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/web"
	"kaodian/app/durable"
	centreui "kaodian/ui/centre"
)

type serveCommand struct {
	HTTP string `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address to serve on."`
}

// stopping is how long requests under way may take after SIGTERM.
const stopping = 10 * time.Second

// Run serves until the context ends.
func (s *serveCommand) Run(ctx context.Context, common *common) error {
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	lock, err := lockFolder(centre.folder)
	if err != nil {
		return errors.Join(err, centre.Close())
	}
	defer lock.Close()
	return errors.Join(s.serve(ctx, centre), centre.Close())
}

func (s *serveCommand) serve(ctx context.Context, centre *centre) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	engine, err := centre.recover(ctx, log)
	if err != nil {
		return err
	}
	server := web.New(web.Config{
		Store:      centre.Store,
		Engine:     engine,
		Folder:     centre.folder,
		Version:    version,
		Hosts:      centre.settings.HTTP.Hosts,
		MaxSockets: centre.settings.HTTP.MaxSocketsPerAddress,
		Candidate:  centreui.Candidate(),
		Staff:      centreui.Staff(),
		Log:        log,
	})
	listener, err := net.Listen("tcp", s.HTTP)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --http", s.HTTP, err)
	}
	log.Info("serving", "address", "http://"+listener.Addr().String(), "version", version)
	return runParts(ctx, server, listener, &upkeep.Keeper{
		Store:   centre.Store,
		Uploads: engine,
		Folder:  centre.folder,
		Failed:  func(err error) { log.Error("upkeep", "error", err) },
	})
}

// recover brings what a crash left into order: timeouts that came due while
// the server was down (R16), then the uploads.
func (c *centre) recover(ctx context.Context, log *slog.Logger) (*upload.Engine, error) {
	if _, err := c.Tick(ctx); err != nil {
		return nil, err
	}
	engine, err := upload.New(upload.Config{
		Disk:    durable.OS(),
		Parts:   filepath.Join(c.folder, "uploads"),
		Clips:   filepath.Join(c.folder, "vault", "clips"),
		Store:   c.Store,
		Clock:   c.clock,
		MaxSize: c.Rules().MaxClipBytes,
	})
	if err != nil {
		return nil, err
	}
	done, err := engine.Recover(ctx)
	if err != nil {
		return nil, fmt.Errorf("bring the uploads into order: %w", err)
	}
	log.Info("recovered", "uploads", fmt.Sprintf("%+v", done))
	return engine, nil
}

// runParts runs what serves and ends it in order: first nothing new comes in,
// then what was under way ends.
func runParts(ctx context.Context, server *web.Server, listener net.Listener, keeper *upkeep.Keeper) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Serve(listener) })
	group.Go(func() error { return keeper.Run(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
		defer cancel()
		return server.Shutdown(end)
	})
	return group.Wait()
}
