package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var errRunning = errors.New("this is being recorded just now; stop the recording first")

// Rename gives a recording another name, which is safe on all systems, and returns its
// file's. It overwrites no file. Its ending stays.
func (l *Library) Rename(name, to string) (file string, err error) {
	root, err := l.changing(name)
	if err != nil {
		return "", err
	}
	defer root.Close()
	file, err = nameOf(to, filepath.Ext(name))
	if err != nil || file == name {
		return file, err
	}
	if err := move(root, name, file); err != nil {
		return "", err
	}
	if k, ok := l.recall(name); ok {
		k.info.File = file
		l.keep(file, k)
	}
	return file, nil
}

// changing opens the folder to change a recording in it.
func (l *Library) changing(name string) (*os.Root, error) {
	root, err := l.root(name)
	if err != nil {
		return nil, err
	}
	file, err := root.Lstat(name)
	switch {
	case err != nil || !file.Mode().IsRegular():
		err = errGone
	case l.isRunning(name):
		err = errRunning
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return root, nil
}

// move moves a file to a name that no other has. A link never takes the place of another
// file; where the disk knows none, that is looked at before.
func move(root *os.Root, from, to string) error {
	taken := fmt.Errorf("there is a file of the name %s already; choose another name", filepath.Base(to))
	switch err := root.Link(from, to); {
	case err == nil:
		return root.Remove(from)
	case errors.Is(err, fs.ErrExist):
		old, errOld := root.Lstat(from)
		other, errOther := root.Lstat(to)
		if errOld != nil || errOther != nil || !os.SameFile(old, other) || filepath.Dir(from) != filepath.Dir(to) {
			return taken
		}
		// The disk does not tell small letters from capitals.
	default:
		if _, err := root.Lstat(to); err == nil {
			return taken
		}
	}
	if err := root.Rename(from, to); err != nil {
		return fmt.Errorf("the recording cannot be moved; check whether the folder is yours: %w", err)
	}
	return nil
}
