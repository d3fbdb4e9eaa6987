package main

import (
	"bytes"
	"debug/elf"
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
	return strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".ko"), "-", "_")
}

// collectModules copies allModules and what they depend on from a tree of
// modules to image, side by side, as NAME.ko, and lists them in modules.dep.
func collectModules(tree, image string) error {
	files := map[string]string{}
	err := filepath.WalkDir(tree, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".ko") {
			files[moduleName(path)] = path
		}
		return err
	})
	if err != nil {
		return err
	}
	order, err := loadOrder(allModules(), func(name string) ([]string, error) {
		file, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("the kernel has no module %s", name)
		}
		return dependencies(file)
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
func imageLoadOrder(image string, names ...string) ([]string, error) {
	return loadOrder(names, func(name string) ([]string, error) {
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
