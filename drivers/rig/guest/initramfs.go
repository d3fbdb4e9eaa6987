package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// writeInitramfs writes the guest's first file system: this very program as its
// init, and the modules that init needs to reach the host's files.
func writeInitramfs(name, image string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	modules, err := imageLoadOrder(image, bootModules...)
	if err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	if err := addFile(out, "init", self); err != nil {
		return err
	}
	for _, module := range modules {
		if err := addFile(out, module+".ko", filepath.Join(image, module+".ko")); err != nil {
			return err
		}
	}
	addEntry(out, "TRAILER!!!", 0, nil)
	return out.Flush()
}

func addFile(out io.Writer, name, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return addEntry(out, name, 0o100755, data)
}

// addEntry writes one file of a cpio archive in the format that the kernel reads
// (Documentation/driver-api/early-userspace/buffer-format.rst: "newc", 13 numbers
// of eight hexadecimal digits; name and data padded to multiples of four).
func addEntry(out io.Writer, name string, mode int, data []byte) error {
	const header = 110
	padding := func(n int) []byte { return make([]byte, -n&3) }
	_, err := fmt.Fprintf(out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00%s%s%s",
		0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0,
		name, padding(header+len(name)+1), data, padding(len(data)))
	return err
}
