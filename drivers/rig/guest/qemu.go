package main

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// kernelParameters: a panic or an oops ends the machine at once (QEMU's
// -no-reboot), which the host sees as an end without an exit status. The rest is speed.
const kernelParameters = "console=ttyS0 panic=-1 oops=panic mitigations=off nokaslr tsc=reliable no_timer_check"

// run boots the guest and runs the command in it. An error is the rig's own; the
// command's failure is its status.
func run(ctx context.Context, set settings, image string, command []string) (status int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	dir, err := os.MkdirTemp("", "fanlight-rig-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	initramfs := filepath.Join(dir, "initramfs")
	if err := writeInitramfs(initramfs, image); err != nil {
		return 0, fmt.Errorf("cannot write the guest's first file system: %w", err)
	}
	log, err := openLog(set)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	port, theirs, err := socketPair()
	if err != nil {
		return 0, err
	}
	defer port.Close()

	qemu := exec.CommandContext(ctx, "qemu-system-x86_64", arguments(set, image, initramfs)...)
	qemu.ExtraFiles = []*os.File{theirs} // file descriptor 3
	qemu.Stdout, qemu.Stderr = log, log
	qemu.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err = qemu.Start()
	theirs.Close()
	if err != nil {
		return 0, fmt.Errorf("cannot start QEMU: %w (on Debian: apt-get install qemu-system-x86)", err)
	}
	limit := time.AfterFunc(set.bootLimit, func() {
		stop(fmt.Errorf("the guest did not boot within %v; the end of its log:\n%s", set.bootLimit, log.end()))
	})
	defer func() { limit.Stop() }() // whichever is set by then

	status, err = converse(port, command, image, func() {
		limit.Stop()
		limit = time.AfterFunc(set.runLimit, func() {
			stop(fmt.Errorf("%s did not end within %v; give it longer with -timeout", command[0], set.runLimit))
		})
	})
	cause := context.Cause(ctx)
	stop(nil) // nothing in the guest is worth a clean shutdown
	qemu.Wait()
	switch {
	case err == nil:
		return status, nil
	case cause != nil:
		return 0, cause
	}
	return 0, fmt.Errorf("the guest died without an exit status (%w); the end of its log:\n%s", err, log.end())
}

func arguments(set settings, image, initramfs string) []string {
	return []string{
		"-accel", "tcg,thread=multi", "-cpu", "max",
		"-m", strconv.Itoa(set.memory), "-smp", strconv.Itoa(set.cpus),
		"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-nic", "none",
		"-kernel", filepath.Join(image, "vmlinux"), "-initrd", initramfs, "-append", kernelParameters,
		"-chardev", "stdio,id=log,signal=off", "-serial", "chardev:log",
		"-device", "virtio-serial-pci",
		"-chardev", "socket,id=port,fd=3", "-device", "virtserialport,chardev=port,name=" + portName,
		// Files of several host file systems appear as one here; remapping keeps their inode numbers apart.
		"-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
	}
}

// converse hands the job over and passes the command's output through until its status comes.
func converse(port io.ReadWriter, command []string, image string, started func()) (status int, err error) {
	dir, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	if err := gob.NewEncoder(port).Encode(job{Args: command, Env: os.Environ(), Dir: dir, Image: image}); err != nil {
		return 0, err
	}
	for reports := gob.NewDecoder(port); ; {
		var r report
		if err := reports.Decode(&r); err != nil {
			return 0, err
		}
		if r.Started {
			started()
		}
		os.Stdout.Write(r.Stdout)
		os.Stderr.Write(r.Stderr)
		if r.Done {
			return r.Status, nil
		}
	}
}

// socketPair returns two connected stream sockets. Package net is avoided: it
// would link libc, and this program has to run as init before any library is there.
func socketPair() (ours, theirs *os.File, err error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "port"), os.NewFile(uintptr(fds[1]), "port"), nil
}
