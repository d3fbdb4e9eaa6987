package process

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
)

// maxOutput limits what [Output] keeps, in bytes.
const maxOutput = 1 << 20

// Output runs a program to its end and returns its standard output and the last lines of
// its standard error. When ctx ends, or the program writes more than maxOutput, it kills
// the program with its children.
func Output(ctx context.Context, name string, arguments ...string) (out []byte, lines []string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	said, kept := &lastLines{}, &boundedOutput{overflow: func() { cancel(errTooMuch) }}
	cmd := exec.CommandContext(ctx, name, arguments...)
	setApart(cmd)
	cmd.Cancel = func() error { kill(cmd); return nil }
	cmd.WaitDelay = pipeGrace
	cmd.Stdout, cmd.Stderr = kept, said
	err = cmd.Run()
	if context.Cause(ctx) == errTooMuch {
		err = errTooMuch
	}
	lines, fault := said.all()
	return kept.kept, lines, cmp.Or(err, fault)
}

var errTooMuch = fmt.Errorf("it writes more than %d MiB", maxOutput>>20)

// boundedOutput keeps what is written, up to maxOutput. It calls overflow for more, which
// it discards.
type boundedOutput struct {
	kept     []byte
	overflow func()
}

func (b *boundedOutput) Write(p []byte) (int, error) {
	room := min(len(p), maxOutput-len(b.kept))
	if b.kept = append(b.kept, p[:room]...); room < len(p) {
		b.overflow()
	}
	return len(p), nil
}
