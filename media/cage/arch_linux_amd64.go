package cage

import "golang.org/x/sys/unix"

const auditArch = uint32(unix.AUDIT_ARCH_X86_64)
