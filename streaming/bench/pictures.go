//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// pictureBytes is the size of every picture, typical of a webcam at 720p.
const pictureBytes = 100_000

// makePictures writes 720p pictures to the folder, all of the same size, so that a number
// of bytes is a number of pictures.
func makePictures(dir string) error {
	for n := range pictures {
		picture, err := makePicture(n)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.jpg", n)), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func makePicture(n int) ([]byte, error) {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	img := image.NewYCbCr(image.Rect(0, 0, 1280, 720), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = uint8(i/1280/4+n) + uint8(random.IntN(14))
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = 128, 128
	}
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, img, &jpeg.Options{Quality: 60}); err != nil {
		return nil, err
	}
	return pad(encoded.Bytes())
}

// pad brings a JPEG to pictureBytes with comments (ITU-T T.81, B.2.4.5) behind its first marker.
func pad(picture []byte) ([]byte, error) {
	const start, marker, longest = 2, 2, 65535
	missing := pictureBytes - len(picture)
	padded := bytes.Clone(picture[:start])
	for missing > 0 {
		segment := min(missing, longest+marker)
		if rest := missing - segment; rest > 0 && rest < marker+2 {
			segment -= marker + 2
		}
		padded = append(padded, 0xff, 0xfe)
		padded = binary.BigEndian.AppendUint16(padded, uint16(segment-marker))
		padded = append(padded, make([]byte, segment-marker-2)...)
		missing -= segment
	}
	padded = append(padded, picture[start:]...)
	if len(padded) != pictureBytes {
		return nil, fmt.Errorf("a picture of %d bytes cannot be brought to %d", len(picture), pictureBytes)
	}
	return padded, nil
}
