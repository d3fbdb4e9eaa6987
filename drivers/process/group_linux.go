package process

import "syscall"

// dieWithUs has the kernel kill the child when this process is killed.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
