package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Stopping is how long running requests may take after SIGTERM.
const Stopping = 10 * time.Second

// Address is what a server listens on, as HOST:PORT.
type Address string

// Validate refuses what cannot be one, before anything is opened.
func (a Address) Validate() error {
	_, port, err := net.SplitHostPort(string(a))
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("%q is no address to listen on, which is HOST:PORT, for example 127.0.0.1:8080", string(a))
	}
	return nil
}

// Listen listens on the address that the flag names.
func (a Address) Listen(flag string) (net.Listener, error) {
	listener, err := net.Listen("tcp", string(a))
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with %s", a, err, flag)
	}
	return listener, nil
}

// Endpoint serves on one address until its server is shut down.
type Endpoint func() error

// ServeUntil serves until the context ends, then lets running requests end.
func ServeUntil(ctx context.Context, shutdown func(context.Context) error, endpoints ...Endpoint) error {
	failed := make(chan error, len(endpoints))
	for _, serve := range endpoints {
		go func() { failed <- serve() }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), Stopping)
	defer cancel()
	if err := shutdown(end); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
