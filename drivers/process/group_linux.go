package process

import "syscall"

// dieWithUs makes the kernel kill the child when this process ends.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
