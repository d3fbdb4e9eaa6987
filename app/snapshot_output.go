package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// standardOutput stands for it in the place of a file.
const standardOutput = "-"

// output is where the picture of --snapshot goes: into a file, or into what is none, such as a
// pipe or a device.
type output struct {
	path   string    // behind links, which stay
	stdout io.Writer // nil for another than that
	isFile bool
}

func openOutput(name string, stdout io.Writer) output {
	if name == standardOutput {
		return output{stdout: stdout}
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	there, err := os.Stat(name)
	return output{path: name, isFile: err != nil || there.Mode().IsRegular() || there.IsDir()}
}

// newPart makes an empty file for the picture, which is to get the name of another one.
func (o output) newPart() (path string, err error) {
	dir, permissions := os.TempDir(), fs.FileMode(0o600)
	if o.isFile {
		dir, permissions = filepath.Dir(o.path), 0o666 // as any new file of the user's, by their umask
	}
	part, err := os.OpenFile(filepath.Join(dir, ".fanlight-"+rand.Text()+".jpg"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, permissions)
	if err != nil {
		return "", unsaved(dir, err)
	}
	return part.Name(), part.Close()
}

// take takes over the picture that is in a file. One that is replaced has its permissions kept.
func (o output) take(part string) error {
	if !o.isFile {
		return o.copy(part)
	}
	var err error
	if old, errOld := os.Stat(o.path); errOld == nil {
		err = os.Chmod(part, old.Mode().Perm())
	}
	if err = errors.Join(err, os.Rename(part, o.path)); err != nil {
		return unsaved(filepath.Dir(o.path), err)
	}
	return nil
}

// copy writes the picture.
func (o output) copy(part string) error {
	picture, err := os.ReadFile(part)
	if err != nil {
		return unsaved(filepath.Dir(part), err)
	}
	if o.stdout != nil {
		if _, err := o.stdout.Write(picture); err != nil {
			return fmt.Errorf("the picture could not be written to standard output: %w", err)
		}
		return nil
	}
	to, err := os.OpenFile(o.path, os.O_WRONLY, 0)
	if err == nil {
		_, err = to.Write(picture)
		err = errors.Join(err, to.Close())
	}
	if err != nil {
		return fmt.Errorf("the picture could not be written to %s: %w", o.path, err)
	}
	return nil
}

func unsaved(dir string, err error) error {
	return fmt.Errorf("the picture could not be saved; check the disk and the permissions of %s: %w", dir, err)
}
