package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

var (
	// bootModules are what init needs to reach the host and its files.
	bootModules = []string{"virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay"}
	// cameraModules are loaded before the command starts.
	cameraModules = []string{"usbcore", "vhci_hcd", "uvcvideo"}
	// spareModules are there for the command to load: modprobe vivid.
	spareModules = []string{"vivid"}
)

func allModules() []string { return slices.Concat(bootModules, cameraModules, spareModules) }

// moduleName undoes that file names may have a dash where the kernel has an underscore.
func moduleName(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".xz"), ".ko"), "-", "_")
}

// findModules returns the files of a tree's modules by their names, and which names are
// parts of the kernel itself.
func findModules(tree string) (files map[string]string, builtin map[string]bool, err error) {
	files, builtin = map[string]string{}, map[string]bool{}
	err = filepath.WalkDir(tree, func(path string, _ fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(path, ".ko"), strings.HasSuffix(path, ".ko.xz"):
			files[moduleName(path)] = path
		case filepath.Base(path) == "modules.builtin":
			list, err := os.ReadFile(path)
			for file := range strings.FieldsSeq(string(list)) {
				builtin[moduleName(file)] = true
			}
			return err
		}
		return nil
	})
	return files, builtin, err
}

// collectModules copies allModules and what they depend on from a tree of
// modules to image, side by side, as NAME.ko, and lists them in modules.dep. Those that
// are parts of the kernel itself are left out.
func collectModules(ctx context.Context, tree, image string) error {
	files, builtin, err := findModules(tree)
	if err != nil {
		return err
	}
	wanted := slices.DeleteFunc(allModules(), func(name string) bool { return builtin[name] })
	order, err := loadOrder(wanted, func(name string) ([]string, error) {
		file, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("the kernel has no module %s", name)
		}
		if plain, packed := strings.CutSuffix(file, ".xz"); packed { // Debian 13's
			if _, err := output(ctx, tree, "xz", "--decompress", file); err != nil {
				return nil, err
			}
			files[name] = plain
		}
		return dependencies(files[name])
	})
	if err != nil {
		return err
	}
	for _, name := range order {
		module, err := os.ReadFile(files[name])
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(image, name+".ko"), module, 0o644); err != nil {
			return err
		}
	}
	return writeModulesDep(image, order)
}

// writeModulesDep writes the list from which modprobe knows what to load: a line
// a module, with all that it depends on, directly or not.
func writeModulesDep(image string, names []string) error {
	var list strings.Builder
	for _, name := range names {
		order, err := imageLoadOrder(image, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s.ko:", name)
		for _, needed := range slices.Backward(order[:len(order)-1]) {
			fmt.Fprintf(&list, " %s.ko", needed)
		}
		list.WriteByte('\n')
	}
	return os.WriteFile(filepath.Join(image, "modules.dep"), []byte(list.String()), 0o644)
}

// imageLoadOrder returns the named modules of image and what they depend on, needed ones first.
// What is not there is a part of the kernel.
func imageLoadOrder(image string, names ...string) ([]string, error) {
	there := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, err := os.Stat(filepath.Join(image, name+".ko"))
		return errors.Is(err, fs.ErrNotExist)
	})
	return loadOrder(there, func(name string) ([]string, error) {
		return dependencies(filepath.Join(image, name+".ko"))
	})
}

func loadOrder(names []string, needs func(string) ([]string, error)) (order []string, err error) {
	for _, name := range names {
		needed, err := needs(name)
		if err != nil {
			return nil, err
		}
		before, err := loadOrder(needed, needs)
		if err != nil {
			return nil, err
		}
		for _, module := range append(before, name) {
			if !slices.Contains(order, module) {
				order = append(order, module)
			}
		}
	}
	return order, nil
}

// dependencies reads which modules a module file names in its section .modinfo
// ("depends=mc,videodev"; entries end in a zero byte).
func dependencies(file string) ([]string, error) {
	module, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer module.Close()
	section := module.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("%s is no kernel module", file)
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for entry := range bytes.SplitSeq(info, []byte{0}) {
		if list, ok := strings.CutPrefix(string(entry), "depends="); ok && list != "" {
			return strings.Split(strings.ReplaceAll(list, "-", "_"), ","), nil
		}
	}
	return nil, nil
}
