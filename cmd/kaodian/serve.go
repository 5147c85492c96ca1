package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/inspect"
	"kaodian/app/centre/reserve"
	"kaodian/app/centre/room"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/centre/upkeep"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/upload/kept"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/transport"
	"kaodian/app/exam"
	"kaodian/cmd/internal/command"
	centreui "kaodian/ui/centre"
)

type serveCommand struct {
	HTTP  command.Address `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address to serve on."`
	HTTPS command.Address `name:"https" placeholder:"ADDR" help:"Address to serve on by HTTPS as well, with the certificate of the settings or of the centre's own authority."`
}

// Run serves until the context ends. While the disk cannot be written to, it
// serves a page that says so.
func (s *serveCommand) Run(ctx context.Context, common *common) error {
	kept := &serviceLog{}
	log := newLog(kept)
	for ctx.Err() == nil {
		err := s.serveOnce(ctx, common, kept, log)
		if unwritable, ok := errors.AsType[unwritableDisk](err); ok {
			err = s.explain(ctx, common, unwritable, log)
			if err == nil {
				continue
			}
		}
		return err
	}
	return nil
}

// unwritableDisk is the error of a start on a disk that cannot be written to.
type unwritableDisk struct {
	error
	folder string
}

func (u unwritableDisk) Unwrap() error { return u.error }

// serveOnce opens the data and serves; unwritableDisk if the disk cannot be written to.
func (s *serveCommand) serveOnce(ctx context.Context, common *common, kept *serviceLog, log *slog.Logger) error {
	folder, err := filepath.Abs(common.Data)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	centre, lock, err := common.openChecked(ctx, folder)
	if isDiskFailure(err) {
		return unwritableDisk{err, folder}
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	kept.begin(folder)
	defer durable.Watch(folder, centre.Fault())()
	if err := centre.reserve.Keep(); err != nil {
		log.Error("keep room for records on a disk that fills up", "error", err)
	}
	times, err := centre.timekeeper(ctx, log)
	if isDiskFailure(err) {
		return unwritableDisk{err, folder} // the database is left as it is
	}
	if err != nil {
		log.Error("keep the time", "error", err)
	}
	engine, err := centre.recover(ctx, log)
	if err != nil && (isDiskFailure(err) || centre.Fault().Err() != nil) {
		return unwritableDisk{err, folder}
	}
	if err == nil {
		err = s.serve(ctx, centre, engine, times, newEnding(stop), log)
	}
	if centre.Fault().Err() != nil {
		// Not closed: a checkpoint on a failed disk could do harm; the next start
		// reads the database anew.
		return errors.Join(err, atDesk(ctx))
	}
	return errors.Join(err, centre.Close(), atDesk(ctx))
}

// openChecked is openExclusive for a server, after a test write to the disk.
func (c *common) openChecked(ctx context.Context, folder string) (*centre, *flock.Flock, error) {
	p, err := c.prepare(ctx, toMake)
	if err != nil {
		return nil, nil, err
	}
	if err := tryDisk(folder); err != nil && isDiskFailure(err) {
		return nil, nil, err // not the disk's fault
	}
	spare := reserve.New(filepath.Join(folder, "reserve"), room.Of(folder))
	for {
		centre, lock, err := openPrepared(ctx, p, startClock)
		if refusal.CodeOf(err) == refusal.DiskFull && spare.GiveUp() {
			continue
		}
		if err == nil {
			centre.reserve = spare
			centre.UseRoom(spare)
		}
		return centre, lock, err
	}
}

func (s *serveCommand) serve(ctx context.Context, centre *centre, engine *upload.Engine, times *timekeeper.Keeper, end ending, log *slog.Logger) error {
	examination, err := centre.examination(ctx, log)
	if err != nil {
		return err
	}
	defer examination.close()
	out, err := centre.outbox(log)
	if err != nil {
		return err
	}
	desk := centre.faces() // of the check-in: it does not wait behind the examination's
	defer desk.Close()
	taking := centre.intake()
	if err := taking.Sweep(ctx); err != nil {
		log.Error("remove what previews of imports left", "error", err)
	}
	hall, err := centre.hall(ctx, examination.runner, out, log)
	if err != nil {
		return err
	}
	secureListener, secure, err := s.secure(centre)
	if err != nil {
		return err
	}
	watch := &command.AuditWatch{Audit: new(common).audit(), Log: log, Watched: witnessed{centre}}
	copies, err := newBackups(centre, log)
	if err != nil {
		return err
	}
	care, err := newHealth(ctx, centre, log)
	if err != nil {
		return err
	}
	server := web.New(web.Config{
		Centre: shared.Centre{Store: centre.Store, Engine: engine, Rehearsal: hall, Secure: secure, Folder: centre.folder, Log: log},
		Candidate: candidate.Config{
			CentreName: centre.name,
			Compares:   sync.OnceValue(func() bool { return comparesFaces(centre.folder) }),
			ReadyIn:    examination.runner.ReadyIn,
			NotePhone:  times.NotePhone,
		},
		Staff: staff.Config{
			CentreName: centre.name,
			Sync:       sending{out},
			Jobs:       examination.queue,
			Time:       times,
			Storage:    storage{centre},
			Audit:      watch,
			Intake:     taking,
			Retention:  centre.retention,
			Settings:   centre.live,
			Setup:      settingUp{centre, out, log, new(sync.Mutex)},
			Backups:    copies,
			Health:     care,
			ServiceLog: logPage{centre.folder},
			Ending:     end,
			Look: func(ctx context.Context, photo string, picture []byte) (exam.Finding, error) {
				return inspect.Look(ctx, desk, photo, picture)
			},
		},
		CandidatePages: centreui.Candidate(),
		StaffPages:     centreui.Staff(),
		Hold:           examination.brake.Hold,
		Version:        version,
		Hosts:          hostNames(centre.settings().HTTP.Hosts, secure),
		MaxSockets:     func() int { return centre.settings().HTTP.MaxSocketsPerAddress },
	})
	listener, err := s.HTTP.Listen("--http")
	if err != nil {
		return err
	}
	log.Info("serving", "address", "http://"+listener.Addr().String(), "version", version)
	if err := centre.inviteFirst(ctx, os.Stdout, listener.Addr()); err != nil {
		log.Error("invite the first administrator; «kaodian user add NAME --role administrator» makes one too", "error", err)
	}
	endpoints := []command.Endpoint{func() error { return server.Serve(listener) }}
	if secureListener != nil {
		log.Info("serving", "address", "https://"+secureListener.Addr().String(), "name", secure.Name)
		endpoints = append(endpoints, func() error { return server.ServeTLS(secureListener.Listener, secureListener.config) })
	}
	keeper := &upkeep.Keeper{
		Store:     centre.Store,
		Uploads:   engine,
		Folder:    centre.folder,
		Retention: centre.retention,
		Room:      centre.reserve,
		Erasures:  centre.eraser(),
		Failed:    func(err error) { log.Error("upkeep", "error", err) },
	}
	return runParts(ctx, server, endpoints, part{"sending", out.Run}, part{"examination", examination.run}, part{"upkeep", keeper.Run}, part{"rehearsal", hall.Run}, part{"backups", copies.Run}, part{"health", care.Run}, part{"stored files", care.files.Run}, part{"clock", times.Run}, part{"audit log", watch.Run},
		part{"settings", func(ctx context.Context) error { return centre.live.follow(ctx, log) }}, part{"disk", centre.endOnFailure(log)})
}

// recover restores order after a crash: it records timeouts that came due while
// the server was down (R16), then recovers the uploads. A timeout that cannot be
// recorded still holds, and upkeep tries again.
func (c *centre) recover(ctx context.Context, log *slog.Logger) (*upload.Engine, error) {
	if _, err := c.Tick(ctx); err != nil {
		log.Error("timeouts that came due while the server was down could not all be written down; serving all the same", "error", err)
	}
	engine, err := upload.New(upload.Config{
		Disk:    durable.OS(),
		Parts:   filepath.Join(c.folder, "uploads"),
		Clips:   filepath.Join(c.folder, "vault", "clips"),
		Store:   kept.Uploads{Store: c.Store},
		Clock:   c.clock,
		Fault:   c.Fault(),
		MaxSize: c.Rules().MaxClipBytes,
	})
	if err != nil {
		return nil, err
	}
	done, err := engine.Recover(ctx)
	if err != nil {
		return nil, fmt.Errorf("bring the uploads into order: %w", err)
	}
	log.Info("uploads are in order", "found", fmt.Sprintf("%+v", done))
	return engine, nil
}

// part is a long-running part of the server.
type part struct {
	name string
	run  func(context.Context) error
}

// runParts runs the server and its parts until the context ends or one fails,
// and ends them one after another: sending, requests, examination, upkeep.
func runParts(ctx context.Context, server *web.Server, endpoints []command.Endpoint, sending part, rest ...part) error {
	group, ctx := errgroup.WithContext(ctx)
	base := context.WithoutCancel(ctx)
	ends := []func(){}
	launch := func(p part) {
		own, cancel := context.WithCancel(base)
		ended := make(chan struct{})
		ends = append(ends, func() { cancel(); <-ended })
		group.Go(func() error {
			defer close(ended)
			if err := p.run(own); err != nil && own.Err() == nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			return nil
		})
	}
	launch(sending)
	launch(part{"serving", func(own context.Context) error { return command.ServeUntil(own, server.Shutdown, endpoints...) }})
	for _, p := range rest {
		launch(p)
	}
	group.Go(func() error {
		<-ctx.Done()
		for _, end := range ends {
			end()
		}
		return nil
	})
	return group.Wait()
}

// hostNames are the names by which phones may call the centre, beside localhost
// and its addresses: those of the settings, the certificate and the machine.
func hostNames(hosts []string, secure *transport.Secure) (names []string) {
	names = append(names, hosts...)
	if secure != nil {
		names = append(append(names, secure.Name), secure.Names...)
	}
	if own, err := os.Hostname(); err == nil && own != "" { // the machine may have no name
		names = append(names, own, own+".local")
	}
	for i, name := range names {
		names[i] = strings.ToLower(name)
	}
	return names
}
