package pixels

import (
	"errors"
	"fmt"

	"fanlight/drivers/jpegs"
	"fanlight/drivers/pixels/turbo"
)

// Weave makes one JPEG picture of two that are its fields, as the information on the
// picture says. Quality is libjpeg's scale from 1 to 100, and zero stands for
// [DefaultQuality]. The picture is only read, the result is the caller's.
func Weave(fields []byte, info jpegs.Info, quality int) ([]byte, error) {
	woven, err := weave(fields, info, quality)
	if err != nil {
		return nil, fmt.Errorf("making one picture of its fields: %w", err)
	}
	return woven, nil
}

func weave(fields []byte, info jpegs.Info, quality int) ([]byte, error) {
	quality, err := checkQuality(quality)
	if err != nil {
		return nil, err
	}
	if info.Second <= 0 || info.Second >= len(fields) {
		return nil, errors.New("there are no two fields")
	}
	upper, lower := fields[:info.Second], fields[info.Second:]
	if info.LowerFirst {
		upper, lower = lower, upper
	}
	var halves [2]turbo.Planes
	for n, half := range [][]byte{upper, lower} {
		file, err := open(half)
		if err != nil {
			return nil, err
		}
		if err := file.Decode(whole, &halves[n]); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoPicture, err)
		}
	}
	size := halves[0].Size()
	if size != halves[1].Size() || halves[0].Sampling() != halves[1].Sampling() {
		return nil, errors.New("its fields are not alike")
	}
	size.Y *= 2
	if err := checkSize(size.X, size.Y); err != nil {
		return nil, err
	}
	var woven turbo.Planes
	woven.Reset(size, halves[0].Sampling())
	for n, to := range woven.All() {
		for y := range to.Height {
			copy(to.Line(y), halves[y%2].All()[n].Line(y/2))
		}
	}
	return encode(&woven, quality)
}
