package sound

import "time"

// Length returns how long the sound of an Opus packet is, by its first bytes (RFC 6716, section
// 3.1); zero if it has none.
func Length(opus []byte) time.Duration {
	if len(opus) == 0 {
		return 0
	}
	const speechOnly, both = 12, 16 // the first configurations that are not
	configuration := opus[0] >> 3
	frame := 2500 * time.Microsecond << (configuration % 4)
	switch {
	case configuration < speechOnly:
		frame = []time.Duration{10, 20, 40, 60}[configuration%4] * time.Millisecond
	case configuration < both:
		frame = 10 * time.Millisecond << (configuration % 2)
	}
	switch opus[0] & 3 {
	case 0:
		return frame
	case 1, 2:
		return 2 * frame
	}
	if len(opus) < 2 {
		return 0
	}
	return time.Duration(opus[1]&0x3F) * frame
}
