package process

import (
	"bufio"
	"errors"
	"io"
	"time"
)

// maxHeader limits the header line, in bytes.
const maxHeader = 4 << 10

// pastHeader reads the header line, if there is to be one, and returns the rest of the
// output.
func (c *child) pastHeader() (io.Reader, error) {
	if c.Header == nil {
		return (*countedOutput)(c), nil
	}
	output := bufio.NewReaderSize((*countedOutput)(c), maxHeader)
	line, err := output.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errors.New("it writes no header line")
	case err != nil: // the program ended; standard error says why
		return output, nil
	}
	c.mode, err = c.Header(line[:len(line)-1])
	return output, err
}

// countedOutput reads the child's standard output and counts its bytes. A [*foreign] ends
// it where it has none of JPEG pictures.
type countedOutput child

func (c *countedOutput) Read(p []byte) (int, error) {
	n, err := c.output.Read(p)
	c.bytes += int64(n)
	if c.Header == nil {
		if foreign := c.judge.look(p[:n], time.Now()); foreign != nil {
			return 0, foreign
		}
	}
	return n, err
}
