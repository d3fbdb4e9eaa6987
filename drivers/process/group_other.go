//go:build !unix

package process

import "os/exec"

// Without process groups only the child is killed; its children end when they write
// to the closed pipe.
func setApart(*exec.Cmd)       {}
func terminate(cmd *exec.Cmd)  { kill(cmd) }
func kill(cmd *exec.Cmd)       { _ = cmd.Process.Kill() }
func alive(cmd *exec.Cmd) bool { return false } // called only once the child has ended
