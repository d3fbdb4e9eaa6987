//go:build unix

package drivers

import (
	"os/exec"
	"syscall"
)

// setApart gives a child that is about to start a process group of its own: it
// and its children can be signalled together, and Ctrl-C in the terminal leaves
// their end to us. A child that leaves the group (setsid) is out of reach; it
// ends at the latest when it writes into the closed pipe.
func setApart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithUs(cmd.SysProcAttr)
}

// terminate asks the child's group to end, kill does not ask. A group that is
// gone already takes no signal, which is all the same.
func terminate(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
func kill(cmd *exec.Cmd)      { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// alive tells whether anybody is left in the child's group.
func alive(cmd *exec.Cmd) bool { return syscall.Kill(-cmd.Process.Pid, 0) == nil }
