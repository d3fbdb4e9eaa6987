package process

import (
	"cmp"
	"context"
	"os/exec"
)

// Output runs a program to its end and returns its standard output and the last lines of
// its standard error. When ctx ends, it kills the program with its children.
func Output(ctx context.Context, name string, arguments ...string) (out []byte, lines []string, err error) {
	said := &lastLines{}
	cmd := exec.CommandContext(ctx, name, arguments...)
	setApart(cmd)
	cmd.Cancel = func() error { kill(cmd); return nil }
	cmd.WaitDelay = pipeGrace
	cmd.Stderr = said
	out, err = cmd.Output()
	lines, fault := said.all()
	return out, lines, cmp.Or(err, fault)
}
