package main

import (
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// runInit is the guest's init, process 1. It never returns: the host ends the
// machine once it has the command's status. If init itself fails it exits, at
// which the kernel panics, and the host shows the kernel's log.
func runInit() {
	if err := initialize(); err != nil {
		fmt.Println("fanlight rig:", err)
		os.Exit(1)
	}
	for {
		unix.Pause()
	}
}

func initialize() error {
	port, err := openPort()
	if err != nil {
		return err
	}
	var work job
	if err := gob.NewDecoder(port).Decode(&work); err != nil {
		return fmt.Errorf("reading the job: %w", err)
	}
	if err := mountHost(); err != nil {
		return err
	}
	if err := loadCameraModules(work.Image); err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return err
	}
	return serve(&reporter{port: gob.NewEncoder(port)}, work)
}

// openPort opens the line to the host.
func openPort() (*os.File, error) {
	for _, m := range []struct{ kind, dir string }{{"devtmpfs", "/dev"}, {"sysfs", "/sys"}} {
		if err := mount(m.kind, m.kind, m.dir, 0, ""); err != nil {
			return nil, err
		}
	}
	if err := loadModules("/", bootModules, nil); err != nil {
		return nil, err
	}
	for {
		// The host announces the port after the driver is there; the host also limits how long this may take.
		names, _ := filepath.Glob("/sys/class/virtio-ports/*/name")
		for _, name := range names {
			if text, err := os.ReadFile(name); err == nil && strings.TrimSpace(string(text)) == portName {
				return os.OpenFile(filepath.Join("/dev", filepath.Base(filepath.Dir(name))), os.O_RDWR, 0)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// mountHost makes the host's files the root, with a RAM disk over them that takes
// all that is written.
func mountHost() error {
	const host, ram, root = "/host", "/ram", "/root"
	if err := mount("9p", "host", host, unix.MS_RDONLY, "trans=virtio,version=9p2000.L,msize=512000,cache=loose"); err != nil {
		return err
	}
	if err := mount("tmpfs", "ram", ram, 0, "mode=755"); err != nil {
		return err
	}
	upper, work := filepath.Join(ram, "upper"), filepath.Join(ram, "work")
	for _, dir := range []string{upper, work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := mount("overlay", "root", root, 0, "lowerdir="+host+",upperdir="+upper+",workdir="+work); err != nil {
		return err
	}
	for _, m := range []struct{ kind, dir string }{{"devtmpfs", "/dev"}, {"devpts", "/dev/pts"}, {"tmpfs", "/dev/shm"}, {"sysfs", "/sys"}, {"proc", "/proc"}, {"tmpfs", "/run"}} {
		if err := mount(m.kind, m.kind, root+m.dir, 0, ""); err != nil {
			return err
		}
	}
	for name, target := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := os.Symlink("/proc/self/fd"+target, root+"/dev/"+name); err != nil {
			return err
		}
	}
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("moving the root: %w", err)
	}
	return unix.Chroot(".")
}

func mount(kind, source, dir string, flags uintptr, options string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(source, dir, kind, flags, options); err != nil {
		return fmt.Errorf("mounting %s on %s: %w", kind, dir, err)
	}
	return nil
}

// loadCameraModules loads the camera drivers and puts the others where modprobe looks for them.
func loadCameraModules(image string) error {
	// Two cameras that wake up at once on vhci_hcd make open fail with EBUSY.
	parameters := map[string]string{"usbcore": "autosuspend=-1"}
	if err := loadModules(image, cameraModules, parameters); err != nil {
		return err
	}
	var kernel unix.Utsname
	if err := unix.Uname(&kernel); err != nil {
		return err
	}
	dir := filepath.Join("/lib/modules", unix.ByteSliceToString(kernel.Release[:]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return unix.Mount(image, dir, "", unix.MS_BIND, "")
}

func loadModules(dir string, names []string, parameters map[string]string) error {
	order, err := imageLoadOrder(dir, names...)
	if err != nil {
		return err
	}
	for _, name := range order {
		module, err := os.ReadFile(filepath.Join(dir, name+".ko"))
		if err != nil {
			return err
		}
		if err := unix.InitModule(module, parameters[name]); err != nil && err != unix.EEXIST {
			return fmt.Errorf("loading module %s: %w", name, err)
		}
	}
	return nil
}

func loopbackUp() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bringing up the loopback interface: %w", err)
	}
	return nil
}

// reporter sends reports from several goroutines.
type reporter struct {
	mu   sync.Mutex
	port *gob.Encoder
}

func (r *reporter) send(part report) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.port.Encode(part)
}

// serve runs the command and reports its output and its status.
func serve(host *reporter, work job) error {
	if err := host.send(report{Started: true}); err != nil {
		return err
	}
	status, err := execute(host, work)
	if err != nil { // as a shell has it
		status = 127
		host.send(report{Stderr: fmt.Appendf(nil, "guest: cannot run %s: %v\n", work.Args[0], err)})
	}
	return host.send(report{Done: true, Status: status})
}

func execute(host *reporter, work job) (status int, err error) {
	if err := os.Chdir(work.Dir); err != nil {
		return 0, err
	}
	os.Clearenv()
	for _, variable := range work.Env {
		name, value, _ := strings.Cut(variable, "=")
		os.Setenv(name, value)
	}
	path, err := exec.LookPath(work.Args[0])
	if err != nil {
		return 0, err
	}
	out, err := newPipes(host)
	if err != nil {
		return 0, err
	}
	process, err := os.StartProcess(path, work.Args, &os.ProcAttr{Env: work.Env, Files: out.files})
	out.closeFiles()
	if err != nil {
		return 0, err
	}
	status, err = reap(process.Pid)
	out.wait()
	return status, err
}

// reap waits for the command's end. As process 1 it also inherits what other
// processes leave behind.
func reap(command int) (status int, err error) {
	for {
		var wait unix.WaitStatus
		pid, err := unix.Wait4(-1, &wait, 0, nil)
		switch {
		case err == unix.EINTR, err == nil && pid != command:
			continue
		case err != nil:
			return 0, fmt.Errorf("waiting: %w", err)
		case wait.Signaled():
			return 128 + int(wait.Signal()), nil // as a shell has it
		}
		return wait.ExitStatus(), nil
	}
}

// pipes are the command's standard files. Its output goes through pipes, as
// under go test: the port itself could not be opened again as /dev/stdout.
type pipes struct {
	files []*os.File
	done  chan struct{}
}

func newPipes(host *reporter) (*pipes, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	out := &pipes{files: []*os.File{null}, done: make(chan struct{})}
	var copying sync.WaitGroup
	for _, wrap := range []func([]byte) report{
		func(p []byte) report { return report{Stdout: p} },
		func(p []byte) report { return report{Stderr: p} },
	} {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		out.files = append(out.files, w)
		copying.Go(func() { io.Copy(senderFunc(func(p []byte) error { return host.send(wrap(p)) }), r) })
	}
	go func() { copying.Wait(); close(out.done) }()
	return out, nil
}

func (p *pipes) closeFiles() {
	for _, file := range p.files {
		file.Close()
	}
}

// wait returns when all output has been sent. A process that the command left
// running holds it up for a moment only.
func (p *pipes) wait() {
	select {
	case <-p.done:
	case <-time.After(3 * time.Second):
	}
}

type senderFunc func([]byte) error

func (send senderFunc) Write(p []byte) (int, error) { return len(p), send(p) }
