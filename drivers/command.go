package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanlight/drivers/process"
	"fanlight/drivers/secrets"

	"github.com/google/shlex"
)

func init() { Register("command", listCommand) }

// listCommand makes a camera of any program that writes JPEG pictures to its
// standard output, one after the other: "ffmpeg ... -f mjpeg -", "gphoto2
// --stdout --capture-movie", a script. The argument is split into words as a shell
// splits them, quotes and all, but no shell runs: there are no variables, pipes
// or patterns in it ("sh -c '...'" has them).
func listCommand(_ context.Context, argument string) ([]Camera, error) {
	if argument == "" {
		return nil, nil
	}
	words, err := shlex.Split(argument)
	if err != nil {
		return nil, fmt.Errorf("cannot split the command %s into words (close the quotes): %w", secrets.Hide(argument), err)
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("the command driver needs a program behind the colon: command:\"ffmpeg -i VIDEO -f mjpeg -\"")
	}
	p := process.Program{Words: words, Advice: "check the command behind \"command:\"", Again: true}
	if _, err := p.Find(); err != nil {
		return nil, err
	}
	camera := Camera{
		ID:      "command:" + secrets.Hide(argument),
		Name:    p.Name(),
		Kind:    "Program",
		Virtual: true,
		Frames:  p.Frames,
		// A program may expose for half a minute, or wait that long for its first picture.
		Patience: time.Minute,
	}
	if choice := "command:" + argument; choice != camera.ID {
		camera.Choice = choice
	}
	return []Camera{camera}, nil
}
