package opencv_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// program returns the path of fanlight-opencv, which it builds where the driver looks
// for it first: beside this test's executable.
func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(self), "fanlight-opencv")
	if _, err := os.Stat(path); err == nil {
		return path, nil // by the process that started this one
	}
	var said bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", path, "fanlight/drivers/opencv/program")
	build.Stderr = &said
	if err := build.Run(); err != nil {
		return "", errors.New("building fanlight-opencv: " + err.Error() + ": " + said.String())
	}
	return path, nil
})
