//go:build unix && !linux

package cage

import "syscall"

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// confine and limit have no equal here; the product runs on Linux.
func confine(Command) error { return nil }

func limit(int, Limits) error { return nil }

// Lower has no equal here.
func Lower() {}

// DiesWithParent has no equal here.
func DiesWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

// Landlock is the version of the kernel's interface; there is none here.
func Landlock() int { return 0 }
