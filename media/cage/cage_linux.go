package cage

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attributes of a child: leader of its own group, killed when we die.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

const (
	lowest        = 19 // nice
	soon          = 5
	ioprioProcess = 1       // IOPRIO_WHO_PROCESS
	ioprioIdle    = 3 << 13 // class idle
)

// confine gives the calling thread, and so its children, the lowest priority, no
// network, and only the command's files. If the kernel cannot do one of these,
// the others still apply.
func confine(c Command) error {
	if c.Urgent {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, soon)
	} else {
		Lower()
	}
	_ = denyNetwork()
	return confineFiles(c)
}

// Lower gives the calling thread, and so what it starts, the lowest priority at
// the processor and at the disk, as far as the kernel can.
func Lower() {
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, lowest)
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, ioprioProcess, 0, ioprioIdle)
}

// DiesWithParent asks a child to end when the thread that started it does.
func DiesWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

// limit sets the limits right after the start, while the child is still loading
// its libraries and has opened no untrusted file.
func limit(pid int, l Limits) error {
	set := func(resource int, value int64) error {
		if value <= 0 {
			return nil
		}
		r := unix.Rlimit{Cur: uint64(value), Max: uint64(value)}
		err := unix.Prlimit(pid, resource, &r, nil)
		if err == unix.ESRCH {
			return nil // it has ended already
		}
		return err
	}
	for _, s := range []struct {
		resource int
		value    int64
	}{
		{unix.RLIMIT_CPU, int64((l.CPU + time.Second - 1) / time.Second)},
		{unix.RLIMIT_DATA, l.Memory},
		{unix.RLIMIT_AS, l.Address},
		{unix.RLIMIT_FSIZE, l.FileSize},
		{unix.RLIMIT_NOFILE, descriptors},
	} {
		if err := set(s.resource, s.value); err != nil {
			return err
		}
	}
	r := unix.Rlimit{}
	if err := unix.Prlimit(pid, unix.RLIMIT_CORE, &r, nil); err != nil && err != unix.ESRCH {
		return err
	}
	return nil
}

// descriptors that a child may have open: its libraries, its files, its pipes.
const descriptors = 64

// denyNetwork installs a filter on the calling thread that fails the calls by
// which a process reaches others: sockets, and what goes around them.
func denyNetwork() error {
	if auditArch == 0 {
		return unix.ENOSYS
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := networkFilter()
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

// denied calls answer EPERM.
var denied = []uint32{
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND,
	unix.SYS_IO_URING_SETUP, unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV,
	unix.SYS_PROCESS_VM_WRITEV, unix.SYS_BPF, unix.SYS_UNSHARE, unix.SYS_SETNS,
	unix.SYS_MOUNT, unix.SYS_KEXEC_LOAD,
}

// networkFilter is a classic BPF program over struct seccomp_data: number of
// the call at 0, architecture at 4.
func networkFilter() []unix.SockFilter {
	const numberAt, archAt = 0, 4
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	answer := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k}
	}
	deny := answer(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM))
	filter := []unix.SockFilter{
		load(archAt),
		// Calls in another architecture's numbers would go past the list.
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: auditArch, Jt: 1},
		deny,
		load(numberAt),
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: foreignNumbers, Jf: 1},
		deny,
	}
	for _, number := range denied {
		filter = append(filter,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: number, Jf: 1}, deny)
	}
	return append(filter, answer(unix.SECCOMP_RET_ALLOW))
}

// foreignNumbers is where amd64's x32 calls begin; no call of ours is there.
const foreignNumbers = 0x40000000
