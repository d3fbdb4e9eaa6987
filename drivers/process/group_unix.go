//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// setApart puts a command that is not started yet into its own process group, so that it
// and its children can be signalled together and Ctrl-C in the terminal does not reach
// them. A child that leaves the group (setsid) is not signalled; it ends when it writes to
// the closed pipe.
func setApart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithUs(cmd.SysProcAttr)
}

// terminate sends SIGTERM to the child's group, and kill SIGKILL. They ignore the error
// for a group that has ended already.
func terminate(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
func kill(cmd *exec.Cmd)      { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// alive reports whether any process is left in the child's group.
func alive(cmd *exec.Cmd) bool { return syscall.Kill(-cmd.Process.Pid, 0) == nil }
