package opus

import (
	"math"
	"testing"
	"time"

	"fanlight/streaming/sound"
)

// tone is a packet of 440 Hz, the nth of it.
func tone(n int) []int16 {
	samples := make([]int16, sound.PacketSamples)
	for i := range samples {
		samples[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(n*len(samples)+i)/sound.Rate))
	}
	return samples
}

// loudest is the index of the sample farthest from zero.
func loudest(samples []int16) (at int) {
	for n, v := range samples {
		if math.Abs(float64(v)) > math.Abs(float64(samples[at])) {
			at = n
		}
	}
	return at
}

// through encodes packets and decodes them.
func through(t *testing.T, e *Encoder, packets ...[]int16) (decoded []int16, sizes []int) {
	t.Helper()
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	for _, samples := range packets {
		packet, err := e.Encode(nil, samples)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(packet))
		back, err := d.Decode(packet)
		if err != nil || len(back) != sound.PacketSamples {
			t.Fatalf("%d samples, %v", len(back), err)
		}
		decoded = append(decoded, back...)
	}
	return decoded, sizes
}

func newEncoder(t *testing.T) *Encoder {
	t.Helper()
	e, err := NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestClickComesPreSkipLater holds that sound.PreSkip is libopus's, also behind a Reset.
func TestClickComesPreSkipLater(t *testing.T) {
	e := newEncoder(t)
	silence := make([]int16, sound.PacketSamples)
	const at = 400
	click := make([]int16, sound.PacketSamples)
	for n := range 24 {
		click[at+n] = 30000 * int16(1-n%2*2)
	}
	for _, when := range []string{"from the start", "behind a reset"} {
		decoded, _ := through(t, e, silence, click, silence, silence)
		if got := loudest(decoded) - sound.PacketSamples - at - sound.PreSkip; got < -12 || got > 36 {
			t.Errorf("%s: the click is %d samples from where it should be", when, got)
		}
		if err := e.Reset(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSizeIsThatOfTheRate(t *testing.T) {
	var packets [][]int16
	for n := range 100 {
		packets = append(packets, tone(n))
	}
	_, sizes := through(t, newEncoder(t), packets...)
	sum := 0
	for _, size := range sizes {
		sum += size
	}
	if rate := sum * 8 / 2; rate > bitsPerSecond*11/10 || rate < bitsPerSecond/4 {
		t.Errorf("%d bit/s, want about %d", rate, bitsPerSecond)
	}
}

func TestSilentPacketIsSilent(t *testing.T) {
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		samples, err := d.Decode(sound.SilentOpus)
		if err != nil || len(samples) != sound.PacketSamples {
			t.Fatalf("%d samples, %v", len(samples), err)
		}
		if v := samples[loudest(samples)]; v != 0 {
			t.Errorf("a sample of %d", v)
		}
	}
}

func TestNonsenseIsAnError(t *testing.T) {
	e := newEncoder(t)
	if _, err := e.Encode(nil, make([]int16, 7)); err == nil {
		t.Error("7 samples were encoded")
	}
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Decode([]byte{0xFF}); err == nil {
		t.Error("nonsense was decoded")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sound.SilentOpus)
	f.Add([]byte{0xFF, 0x41, 0x00})
	f.Fuzz(func(t *testing.T, packet []byte) {
		d, err := NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		d.Decode(packet)
	})
}

func BenchmarkEncode(b *testing.B) {
	e, err := NewEncoder()
	if err != nil {
		b.Fatal(err)
	}
	samples, buffer := tone(1), make([]byte, 0, largest)
	for b.Loop() {
		if _, err := e.Encode(buffer, samples); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzLength has sound.Length tell what libopus decodes of any packet.
func FuzzLength(f *testing.F) {
	for configuration := range 32 {
		for count := range byte(4) {
			f.Add([]byte{byte(configuration<<3) | count, 2, 0xFF, 0xFE, 1})
		}
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		d := newDecoder(t)
		samples, err := d.Decode(packet)
		if want := time.Duration(len(samples)) * time.Second / sound.Rate; err == nil && len(packet) > 0 && sound.Length(packet) != want {
			t.Errorf("%.2x lasts %v, not %v", packet, sound.Length(packet), want)
		}
	})
}

func newDecoder(t *testing.T) *Decoder {
	t.Helper()
	d, err := NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	return d
}
