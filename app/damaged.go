package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
)

// startAnew starts with defaults, since the file cannot be read. It keeps the file beside
// new settings, which remember that: the passcode may be among what was lost, so that the
// next start must not share without one either. Where that cannot be written, the file
// stays as it is, and stops the next start in the same way.
func (s *settings) startAnew(why error, log *slog.Logger) {
	s.now = remembered{}
	s.now.complete()
	if err := s.setAside(); err != nil {
		log.Warn("settings are not kept: nothing can be written beside those that cannot be read", "file", s.path, "err", err)
		s.now.Damaged, s.path = s.path, ""
	}
	log.Warn("settings cannot be read; starting with defaults and with sharing off", "kept", s.now.Damaged, "err", why)
}

// setAside puts new settings into the place of the file, which it keeps under a name that
// is free.
func (s *settings) setAside() error {
	aside := s.path + ".unreadable"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		aside = fmt.Sprintf("%s.unreadable-%d", s.path, n)
	}
	s.now.Damaged = aside
	part, err := writeBeside(s.path, s.now)
	if err != nil {
		return err
	}
	if os.Link(s.path, aside) != nil { // a link leaves no moment without a file
		err = os.Rename(s.path, aside)
	}
	if err == nil {
		err = os.Rename(part, s.path)
	}
	if err != nil {
		os.Remove(part)
	}
	return err
}

// damage says that settings were lost, and what to do without a window; nil if none were,
// or the owner has decided since who may watch.
func (s *settings) damage() error {
	kept := s.get().Damaged
	if kept == "" {
		return nil
	}
	remove := ""
	if s.path != "" {
		remove = ", or remove " + s.path
	}
	return fmt.Errorf("the settings could not be read, and the passcode that viewers need may be lost with them, so nothing is shared: give it with --passcode or $FANLIGHT_PASSCODE, or set it anew in the window; if viewers need none, switch Share on there%s; what could not be read is kept in %s", remove, kept)
}

// damageInWindow says the same in the window.
func (s *settings) damageInWindow() error {
	kept := s.get().Damaged
	if kept == "" {
		return nil
	}
	return fmt.Errorf("the settings could not be read, and the passcode that viewers need may be lost with them, so nothing is shared: set it anew under Sharing, or switch Share on if viewers need none; what could not be read is kept in %s", kept)
}
