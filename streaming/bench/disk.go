//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// recorded is what a recorded picture costs in one round, in CPU time: Fanlight's, over what it
// uses without a recording, and that of a thread that does nothing but write(2) the same bytes.
type recorded struct{ fanlight, floor time.Duration }

// measureDisk measures what recording costs, while one viewer keeps the camera on.
func measureDisk(ctx context.Context, c *contender, dir string) (all []recorded, err error) {
	watching, err := startViewers(ctx, c, trial{viewers: 1})
	if err != nil {
		return nil, err
	}
	defer watching.stop()
	if err := rest(ctx, warming); err != nil {
		return nil, err
	}
	for range rounds {
		without, err := used(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := c.record(ctx, dir, "on"); err != nil {
			return nil, err
		}
		with, err := used(ctx, c)
		if stopped := c.record(ctx, dir, "off"); err == nil {
			err = stopped
		}
		if err != nil {
			return nil, err
		}
		floor, err := bareWrites(ctx, dir)
		if err != nil {
			return nil, err
		}
		all = append(all, recorded{fanlight: with - without, floor: floor})
		fmt.Printf("recording: %.1f µs a picture, write(2) %.1f µs\n", (with-without).Seconds()*1e6, floor.Seconds()*1e6)
	}
	return all, nil
}

// used returns the CPU time of a contender for each picture of its camera.
func used(ctx context.Context, c *contender) (time.Duration, error) {
	const counted = "fanlight_pictures_total"
	before, err := c.metric(counted)
	if err != nil {
		return 0, err
	}
	from, err := cpuOf(c.command.Process.Pid)
	if err != nil {
		return 0, err
	}
	if err := rest(ctx, lasting); err != nil {
		return 0, err
	}
	to, err := cpuOf(c.command.Process.Pid)
	if err != nil {
		return 0, err
	}
	after, err := c.metric(counted)
	if err == nil && after == before {
		err = errors.New("the camera delivers no pictures")
	}
	return time.Duration(float64(to-from) / (after - before)), err
}

// record sends the owner's order to begin or end a recording, by the key in the settings.
func (c *contender) record(ctx context.Context, dir, order string) error {
	kept, err := os.ReadFile(filepath.Join(dir, "fanlight", "settings.json"))
	if err != nil {
		return err
	}
	var settings struct {
		Key string `json:"owner_key"`
	}
	if err := json.Unmarshal(kept, &settings); err != nil {
		return err
	}
	form := strings.NewReader(url.Values{"recording": {order}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.address()+"/api/recording", form)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+settings.Key)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if said, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
		return fmt.Errorf("recording %s: %s: %s", order, answer.Status, said)
	}
	return nil
}

// bareWrites returns the CPU time for each picture of a thread that sleeps and calls write(2)
// in turn, at the camera's rate, on a file in the folder.
func bareWrites(ctx context.Context, dir string) (time.Duration, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		return 0, err
	}
	var all [][]byte
	for _, file := range files {
		picture, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		all = append(all, picture)
	}
	out, err := os.CreateTemp(dir, "floor-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	written := int(lasting.Seconds() * fps)
	from := threadCPU()
	for n := range written {
		if _, err := unix.Write(int(out.Fd()), all[n%len(all)]); err != nil {
			return 0, err
		}
		pause := unix.NsecToTimespec(int64(time.Second / fps))
		_ = unix.Nanosleep(&pause, nil) // as whoever waits for pictures; a signal makes one come early
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return (threadCPU() - from) / time.Duration(written), nil
}

// threadCPU is the CPU time of the calling thread.
func threadCPU() time.Duration {
	var used unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &used) // which every Linux has
	return time.Duration(used.Nano())
}

// diskLine is the line of the table about recording.
func diskLine(all []recorded) []byte {
	ratio := median(each(all, func(r recorded) float64 { return float64(r.fanlight) / float64(r.floor) }))
	cost := median(each(all, func(r recorded) time.Duration { return r.fanlight }))
	return fmt.Appendf(nil, "\nCPU time of Fanlight a recorded picture, syncing included: %.0f µs, %.2f times a bare write(2) of it to the same disk.\n", cost.Seconds()*1e6, ratio)
}
