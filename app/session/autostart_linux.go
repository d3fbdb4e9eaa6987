package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// CanAutostart: programs can be started with the session here.
const CanAutostart = true

func autostartFile(id string) (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", id+".desktop"), err
}

// Autostarts reports whether the program is started with the user's session. Desktops
// have switches of their own for it, which leave the file and add a line.
func Autostarts(id string) bool {
	file, err := autostartFile(id)
	if err != nil {
		return false
	}
	entry, err := os.ReadFile(file)
	lines := strings.Fields(strings.ToLower(string(entry)))
	return err == nil && !slices.Contains(lines, "hidden=true") && !slices.Contains(lines, "x-gnome-autostart-enabled=false")
}

// SetAutostart has this program started with the user's session, with the arguments, or
// not any more.
func SetAutostart(id string, on bool, arguments ...string) error {
	file, err := autostartFile(id)
	if err != nil {
		return fmt.Errorf("set HOME to start Fanlight with the session: %w", err)
	}
	if !on {
		err = os.Remove(file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	} else {
		err = writeAutostart(file, id, arguments)
	}
	if err != nil {
		return fmt.Errorf("starting with the session could not be changed; check the permissions of %s: %w", filepath.Dir(file), err)
	}
	return nil
}

func writeAutostart(file, id string, arguments []string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	program = strings.TrimSuffix(program, " (deleted)") // an upgrade has replaced it
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	command := quoted(program)
	for _, argument := range arguments {
		command += " " + quoted(argument)
	}
	entry := "[Desktop Entry]\nType=Application\nName=Fanlight\nIcon=" + id + "\nTerminal=false\nExec=" + command + "\n"
	return os.WriteFile(file, []byte(entry), 0o600)
}

// quoted is an argument as the Exec key of a desktop entry has it: quoted first, and then
// escaped as all strings of such a file are.
func quoted(argument string) string {
	inner := strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`, `%`, `%%`).Replace(argument)
	return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(inner) + `"`
}
