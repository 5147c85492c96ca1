//go:build !linux

package durable

import "os"

func datasync(f *os.File) error { return f.Sync() }

func allocate(*os.File, int64) error { return nil }

func startWriteback(*os.File, int64, int64) {}
