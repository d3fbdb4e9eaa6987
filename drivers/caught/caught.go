package caught

import (
	"fmt"
	"runtime/debug"
)

// Fault is a panic as an error. Its text is a sentence for the user.
type Fault struct {
	Value any    // of the panic
	Stack []byte // where it was
}

func (f *Fault) Error() string {
	return fmt.Sprintf("the driver of this camera has a fault (%v); the camera is opened again. If it stays so, choose another resolution or another camera", f.Value)
}

// Unwrap returns the value of the panic if that is an error.
func (f *Fault) Unwrap() error {
	err, _ := f.Value.(error)
	return err
}

// Do calls work and returns its error, or a [*Fault] if it panics.
func Do(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Fault{value, debug.Stack()}
		}
	}()
	return work()
}

// Go calls work in a goroutine of its own, and returns a channel that receives what [Do]
// returns and is closed then, when the goroutine has nothing left to do. Receiving again
// returns nil.
func Go(work func() error) (ended <-chan error) {
	end := make(chan error, 1)
	go func() {
		defer close(end)
		end <- Do(work)
	}()
	return end
}
