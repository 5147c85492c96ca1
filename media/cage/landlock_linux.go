package cage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What a child may open is written down in a Landlock domain, which the
// calling thread takes on and every child of it inherits; our other threads
// keep what they have.

// Rights of the domain. A right that it does not handle is not withheld, so
// all that the kernel knows are handled.
const (
	readFile = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readTree = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	writable = readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	execute  = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
)

// handledFrom is which rights over files each version of the kernel's
// interface adds.
var handledFrom = []struct {
	version int
	rights  uint64
}{
	{1, unix.LANDLOCK_ACCESS_FS_EXECUTE<<13 - 1},
	{2, unix.LANDLOCK_ACCESS_FS_REFER},
	{3, unix.LANDLOCK_ACCESS_FS_TRUNCATE},
	{5, unix.LANDLOCK_ACCESS_FS_IOCTL_DEV},
}

// Where the libraries of any program lie, and what they ask of the machine.
var (
	trees = []string{"/usr", "/lib", "/lib64", "/etc/ld.so.conf.d", "/etc/fonts", "/sys/devices/system"}
	files = []string{
		"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.preload", "/etc/localtime",
		"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/random",
	}
	loaders = []string{"/lib64/ld-*.so*", "/lib/ld-*.so*", "/lib/*/ld-*.so*"}
)

// Landlock is the version of the kernel's interface, 0 where it has none and
// a child can so open what this user can.
func Landlock() int {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
}

// confineFiles leaves the calling thread and its children nothing but the
// libraries, the program and the command's own files. Where the kernel has no
// Landlock it does nothing.
func confineFiles(c Command) error {
	version := Landlock()
	if version == 0 {
		return nil
	}
	handled := uint64(0)
	for _, step := range handledFrom {
		if step.version <= version {
			handled |= step.rights
		}
	}
	rules, err := newRules(version, handled)
	if err != nil {
		return err
	}
	defer unix.Close(rules.fd)
	rules.allowAll(c)
	if rules.err != nil {
		return rules.err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(rules.fd), 0, 0); errno != 0 {
		return fmt.Errorf("take on the Landlock domain: %w", errno)
	}
	return nil
}

type rules struct {
	fd      int
	handled uint64
	err     error // the first
}

func newRules(version int, handled uint64) (*rules, error) {
	attr := unix.LandlockRulesetAttr{Handled_access_fs: handled}
	if version >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return nil, fmt.Errorf("make a Landlock domain: %w", errno)
	}
	return &rules{fd: int(fd), handled: handled}, nil
}

func (r *rules) allowAll(c Command) {
	for _, tree := range trees {
		r.allow(tree, readTree)
	}
	for _, file := range files {
		r.allow(file, readFile)
	}
	r.allow(os.DevNull, writable)
	for _, pattern := range loaders {
		found, _ := filepath.Glob(pattern) // the pattern is good
		for _, loader := range found {
			r.allow(loader, execute)
		}
	}
	r.allow(c.Path, execute)
	for _, path := range c.Read {
		r.allow(path, readTree)
	}
	for _, path := range c.Write {
		r.allow(path, writable)
	}
}

// allow adds a path, if it is there.
func (r *rules) allow(path string, rights uint64) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return
	}
	if err != nil {
		r.fail(path, err)
		return
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		r.fail(path, err)
		return
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &^= unix.LANDLOCK_ACCESS_FS_READ_DIR // a rule of a file takes none of a folder
	}
	// The kernel's struct is packed: twelve bytes.
	attr := unix.LandlockPathBeneathAttr{Allowed_access: rights & r.handled, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(r.fd), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		r.fail(path, errno)
	}
}

func (r *rules) fail(path string, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("let a child open %s: %w", path, err)
	}
}
