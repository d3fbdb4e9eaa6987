package main

import (
	"bytes"
	"fmt"
	"os"
	"sync"
)

// kernelLog takes in what the guest's kernel writes to its serial line and what
// QEMU itself has to say.
type kernelLog struct {
	mu   sync.Mutex
	text []byte
	file *os.File // nil unless asked for
	show bool
}

func openLog(set settings) (*kernelLog, error) {
	log := &kernelLog{show: set.verbose}
	if set.logFile == "" {
		return log, nil
	}
	// Appended to, because go test runs one guest a package.
	file, err := os.OpenFile(set.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot write the kernel's log, correct $FANLIGHT_RIG_LOG: %w", err)
	}
	log.file = file
	return log, nil
}

func (l *kernelLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if l.show {
		os.Stderr.Write(p)
	}
	if l.file != nil {
		return l.file.Write(p)
	}
	return len(p), nil
}

// end returns the last lines, enough for a panic with all its traces.
func (l *kernelLog) end() []byte {
	const lines = 80
	l.mu.Lock()
	defer l.mu.Unlock()
	text := bytes.TrimSpace(l.text)
	at := len(text)
	for range lines {
		if at = bytes.LastIndexByte(text[:at], '\n'); at < 0 {
			return bytes.Clone(text)
		}
	}
	return bytes.Clone(text[at+1:])
}

func (l *kernelLog) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
