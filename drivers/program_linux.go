package drivers

import "syscall"

// dieWithUs has the kernel kill the child when this process is killed and cannot
// do so itself.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
