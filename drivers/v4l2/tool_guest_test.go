//go:build linux

package v4l2_test

import (
	"context"
	"os/exec"
	"time"
)

// tool runs a program, which is killed after a minute, and returns its output.
func tool(ctx context.Context, name string, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, arguments...).CombinedOutput()
	return string(out), err
}
