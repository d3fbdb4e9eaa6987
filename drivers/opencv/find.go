package opencv

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"fanlight/drivers/camera"
)

const programName = "fanlight-opencv"

// find returns the path of the program.
func find() (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return findIn(nil)
	}
	if target, err := filepath.EvalSymlinks(executable); err == nil {
		executable = target
	}
	return findIn(places(executable))
}

// places returns the paths at which the program may be, for the path of Fanlight's
// executable: beside it, as make leaves it, and where packages put programs that users
// do not start themselves.
func places(executable string) []string {
	bin := filepath.Dir(executable)
	prefix := filepath.Dir(bin)
	return []string{
		filepath.Join(bin, programName),
		filepath.Join(prefix, "libexec", "fanlight", programName),
		filepath.Join(prefix, "lib", "fanlight", programName),
		filepath.Join("/usr/libexec/fanlight", programName),
	}
}

// findIn returns the first of the paths with a program, else the program in PATH.
func findIn(paths []string) (string, error) {
	for _, path := range append(slices.Clip(paths), programName) {
		if found, err := exec.LookPath(path); err == nil {
			return found, nil
		}
	}
	return "", &camera.Failure{
		Sentence: "the program " + programName + ", which reads films and OpenCV's cameras, is not installed: install its package with \"sudo apt install " + programName + "\", or run \"make build\" where Fanlight was built from source",
		Cause:    exec.ErrNotFound,
	}
}
