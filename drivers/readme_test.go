package drivers_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// held holds the README's driver to the contract.
const held = `package drivers_test

import (
	"os"
	"path/filepath"
	"testing"

	"fanlight/assets"
	"fanlight/drivers/drivertest"
)

func TestReadmeDriver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "now.jpg")
	plug := func(t *testing.T) {
		if err := os.WriteFile(path, assets.Emulated()[0], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	unplug := func(t *testing.T) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	plug(t)
	drivertest.Run(t, drivertest.Subject{Choice: "file:" + path, Plug: plug, Unplug: unplug})
}
`

// The driver in the README compiles, in under 30 lines, and keeps its promises. It is built as a file of this package
// that is not there (go help build, -overlay).
func TestDriverOfTheReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("builds this package anew: not in the short tests")
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "```go\n")
	code, _, ok := strings.Cut(code, "```\n")
	if !ok || !strings.HasPrefix(code, "package drivers\n") {
		t.Fatal("the README shows no driver")
	}
	if lines := strings.Count(code, "\n"); lines >= 30 {
		t.Errorf("the README's driver has %d lines", lines)
	}
	dir, here := t.TempDir(), "."
	if here, err = filepath.Abs(here); err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for name, content := range map[string]string{"file_of_readme.go": code, "file_of_readme_test.go": held} {
		replace[filepath.Join(here, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	const limit = 10 * time.Minute // the first time it builds all that this package is made of
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	run := exec.CommandContext(ctx, "go", "test", "-tags", "migrated_fynedo,nolibopusfile", "-overlay", filepath.Join(dir, "overlay.json"),
		"-count", "1", "-v", "-run", "^TestReadmeDriver$", ".")
	run.WaitDelay = time.Second
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestReadmeDriver") {
		t.Errorf("%v, with %v to build and run it:\n%s", err, limit, out)
	}
}
