package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"fanlight/streaming/recording"
	"fanlight/streaming/web"
)

// remembered holds the settings that are kept from one run to the next.
type remembered struct {
	// Camera finds the one last chosen in the window. It may hold a password.
	Camera string `json:"camera,omitempty"`
	// Cameras are the tunings by the camera's ID.
	Cameras map[string]tuning `json:"cameras,omitempty"`
	// Name is the stream's name if the user gave it one.
	Name string `json:"name,omitempty"`
	// Passcode is the viewers' passcode, empty for none, and MaxViewers how many may
	// watch at a time, zero for the default.
	Passcode   string `json:"passcode,omitempty"`
	MaxViewers int    `json:"max_viewers,omitempty"`
	// RTSP: the stream is shared by RTSP, too. SendTo is the engine that it is sent to, which
	// may hold a password, and SendH264 has it encoded before; see rtsp.ParseTarget.
	RTSP     bool   `json:"rtsp,omitempty"`
	SendTo   string `json:"send_to,omitempty"`
	SendH264 bool   `json:"send_h264,omitempty"`
	// AllowOrigins are web sites that may show the stream; as --allow-origin.
	AllowOrigins []string `json:"allow_origins,omitempty"`
	// ShareAtStart: sharing is on from the start. Quiet: no notifications.
	ShareAtStart bool `json:"share_at_start,omitempty"`
	Quiet        bool `json:"quiet,omitempty"`
	// OnClose is what closing the window does while sharing; see onClose.
	OnClose string `json:"on_close,omitempty"`
	// Theme is light or dark, and Language a tag such as "de"; empty is as the system.
	Theme    string `json:"theme,omitempty"`
	Language string `json:"language,omitempty"`
	// Pictures is the folder for snapshots, IdleSeconds how long the camera stays on
	// without viewers, and Port where to serve; empty and zero are the usual ones.
	Pictures    string `json:"pictures,omitempty"`
	IdleSeconds int    `json:"idle_s,omitempty"`
	Port        int    `json:"port,omitempty"`
	// Videos is the folder for recordings; empty is the usual one.
	Videos string `json:"videos,omitempty"`
	// HistoryMB is how much of the last pictures is kept in memory; nil is the usual amount.
	HistoryMB *int `json:"history_mb,omitempty"`
	// HistoryDiskMinutes is how long pictures are kept on disk; zero for not at all.
	HistoryDiskMinutes int `json:"history_disk_min,omitempty"`
	// NoRewind: viewers may not rewind.
	NoRewind bool `json:"no_rewind,omitempty"`
	// RecordSplit is when a recording goes on in a new file, such as "10m" or "500MB", empty
	// for never, and RecordRemoveOldest whether old ones go when the disk is nearly full.
	RecordSplit        recording.Split `json:"record_split,omitzero"`
	RecordRemoveOldest bool            `json:"record_remove_oldest,omitempty"`
	// ShowRecordings: viewers may watch recordings.
	ShowRecordings bool `json:"show_recordings,omitempty"`
	// Microphone is the one that viewers hear; nil for none. Muted: they hear nothing.
	Microphone *chosenMicrophone `json:"microphone,omitempty"`
	Muted      bool              `json:"muted,omitempty"`
	// Hidden are the names of the cameras that the picker leaves out, by their IDs.
	Hidden map[string]string `json:"hidden,omitempty"`
	// Recent finds the cameras that were opened by hand, newest first. It may hold
	// passwords.
	Recent []string `json:"recent,omitempty"`
	// Certificates are the accepted fingerprints of other Fanlights by their identities;
	// see identities: 64 hexadecimal digits in lower case.
	Certificates map[string]string `json:"certificates,omitempty"`
	// Damaged is where settings are kept that could not be read: until the owner decides
	// anew who may watch, nothing is shared.
	Damaged string `json:"damaged,omitempty"`
	// ID identifies this installation on the network. It is random and kept.
	ID string `json:"id"`
	// Secret signs the cookies and links of viewers who know the passcode; OwnerKey
	// authenticates the owner over HTTP. Both are random and kept.
	Secret   string `json:"secret"`
	OwnerKey string `json:"owner_key"`
}

// settings keeps remembered in a file of the user. Methods may be called from any goroutine.
type settings struct {
	path string // empty: kept in memory only

	writing sync.Mutex // held while the file is written; readers do not wait for it

	mu  sync.Mutex
	now remembered
}

// loadSettings reads the user's settings. For those that cannot be read see startAnew.
func loadSettings(log *slog.Logger) *settings {
	dir, err := configDir()
	if err != nil {
		log.Warn("settings are not kept: set HOME to keep them", "err", err)
		s := &settings{}
		s.now.complete()
		return s
	}
	s := &settings{path: filepath.Join(dir, "settings.json")}
	if s.now, err = readSettings(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.startAnew(err, log)
	} else if !s.now.complete() {
		if err := s.write(s.now); err != nil {
			log.Warn("settings are not kept", "err", err)
		}
	}
	return s
}

// configDir returns the folder of the user's settings.
func configDir() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "fanlight"), err
}

// complete makes missing random values, and reports whether there were none.
func (r *remembered) complete() bool {
	whole := true
	for _, part := range []*string{&r.ID, &r.Secret, &r.OwnerKey} {
		if *part == "" {
			*part, whole = rand.Text(), false
		}
	}
	return whole
}

func (s *settings) get() remembered {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// change edits the settings in memory and then in the file. It calls edit for each, so
// that changes by another Fanlight of the same user are kept.
func (s *settings) change(edit func(*remembered)) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.edit(edit)
	kept, err := readSettings(s.path)
	if err != nil || !kept.complete() {
		kept = s.get()
	}
	edit(&kept)
	return s.write(kept)
}

func (s *settings) edit(edit func(*remembered)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(&s.now)
}

func (s *settings) write(r remembered) error {
	if s.path == "" {
		return nil
	}
	if err := writeWhole(s.path, r); err != nil {
		return fmt.Errorf("settings could not be saved; check the disk and the permissions of %s: %w", filepath.Dir(s.path), err)
	}
	return nil
}

func readSettings(path string) (r remembered, err error) {
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &r)
	} else if _, there := os.Lstat(path); there == nil && errors.Is(err, fs.ErrNotExist) {
		err = errors.New("the file is a link that leads nowhere")
	}
	if err == nil {
		err = web.CheckPasscode(r.Passcode)
	}
	if err == nil && bytes.Equal(bytes.TrimSpace(content), []byte("null")) {
		err = errors.New("the file holds nothing")
	}
	return r, err
}

// tuning returns the remembered settings of a camera.
func (s *settings) tuning(cameraID string) tuning {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.now.Cameras[cameraID]
	t.Controls = maps.Clone(t.Controls)
	return t
}

// tune changes the remembered settings of a camera.
func (s *settings) tune(cameraID string, edit func(*tuning)) error {
	t := s.tuning(cameraID)
	edit(&t)
	return s.change(func(r *remembered) { r.Cameras = put(r.Cameras, cameraID, t) })
}

// acceptCertificate remembers the fingerprint of another Fanlight's certificate, by each
// of its identities.
func (s *settings) acceptCertificate(identities []string, fingerprint string) error {
	return s.change(func(r *remembered) {
		for _, one := range identities {
			r.Certificates = put(r.Certificates, one, fingerprint)
		}
	})
}

// put returns a copy of a map with an entry added. Others may be reading the original.
func put[V any](m map[string]V, key string, value V) map[string]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

// writeWhole replaces the file atomically: a crash leaves the old content or the new.
func writeWhole(path string, value any) error {
	part, err := writeBeside(path, value)
	if err != nil {
		return err
	}
	return os.Rename(part, path)
}

// writeBeside writes a file in the folder of another one, and returns its path.
func writeBeside(path string, value any) (part string, err error) {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "settings-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(append(content, '\n'))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}
