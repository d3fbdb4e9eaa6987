package pixels

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"sync"

	"fanlight/drivers/jpegs"
	"fanlight/drivers/pixels/turbo"
)

const (
	// DefaultQuality stands where a quality of zero is given.
	DefaultQuality = jpegs.DefaultQuality

	// mostPixels is the largest picture: 64 megapixels, up to 192 MB decoded. A
	// header of a few bytes may claim 65535×65535 and would cost 12 GB.
	mostPixels = 64 << 20

	// longestSide is that of a JPEG picture in pixels, set by libjpeg.
	longestSide = 65500
)

var errNoPicture = errors.New("not a JPEG picture that can be decoded")

// opened is a picture that passed the gate.
type opened struct {
	turbo.Picture
	upright turbo.Way // how to turn it so that it stands as the camera was held
}

// open is the gate: every picture that is decoded in this program passes it. It
// refuses what is cut short, and what would be too much work for its bytes; see
// [jpegs.Mend].
func open(picture []byte) (opened, error) {
	whole, _, err := jpegs.Mend(picture)
	if err != nil {
		return opened{}, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	file, err := turbo.Open(whole)
	if err != nil {
		return opened{}, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	if err := checkSize(file.Size().X, file.Size().Y); err != nil {
		return opened{}, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	return opened{file, ways[orientation(whole)]}, nil
}

// checkSize returns an error for a size that is none of a JPEG picture, or too large.
func checkSize(width, height int) error {
	if width < 1 || height < 1 {
		return fmt.Errorf("a picture of %d×%d has no pixels", width, height)
	}
	if width > longestSide || height > longestSide || width*height > mostPixels {
		return fmt.Errorf("a picture of %d×%d is too large: at most %d pixels a side and %d in all can be worked on",
			width, height, longestSide, mostPixels)
	}
	return nil
}

// checkQuality is the quality to encode with, or an error for one that there is not.
func checkQuality(quality int) (int, error) {
	quality = cmp.Or(quality, DefaultQuality)
	if quality < 1 || quality > 100 {
		return 0, fmt.Errorf("there is no JPEG quality %d: choose one from 1 to 100", quality)
	}
	return quality, nil
}

// decode decodes to eighths of the size, and resamples to a size and to colours
// that four pixels share, or none in a grey picture.
func (o opened) decode(eighths int, size image.Point, b *buffers) (*turbo.Planes, error) {
	if err := o.Decode(eighths, &b.decoded); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	sampling := turbo.Sampled420
	if b.decoded.Sampling() == turbo.Grey {
		sampling = turbo.Grey
	}
	if b.decoded.Size() == size && b.decoded.Sampling() == sampling {
		return &b.decoded, nil
	}
	b.resampled.Reset(size, sampling)
	from := b.decoded.All()
	for n, to := range b.resampled.All() {
		resample(to, from[n])
	}
	return &b.resampled, nil
}

// encode makes a baseline JPEG file.
func encode(p *turbo.Planes, quality int) ([]byte, error) {
	file, err := p.Encode(quality)
	if err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	return file, nil
}

// buffers is memory for the steps of a picture's way, kept for the next picture.
type buffers struct{ decoded, resampled, turned turbo.Planes }

// spare has the buffers that nobody uses just now.
var spare = sync.Pool{New: func() any { return new(buffers) }}
